package dev.afina.spark;

import dev.afina.CheckpointException;
import dev.afina.training.TrainingDivergedException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;

/**
 * How the training of a rank ended. A failed training is a result rather than a failed task,
 * because Spark would retry the whole stage, which would fail again.
 */
final class RankResult implements Serializable {
  private static final long serialVersionUID = 1;

  /**
   * The kinds of failures, most informative first: a rank that only lost another one knows least.
   */
  enum Kind {
    NOTHING,
    ARGUMENT,
    STATE,
    DIVERGED,
    FILE,
    LOST_RANK
  }

  private final int rank;
  private final Kind kind;
  private final String message;

  private RankResult(int rank, Kind kind, String message) {
    this.rank = rank;
    this.kind = kind;
    this.message = message;
  }

  static RankResult done(int rank) {
    return new RankResult(rank, Kind.NOTHING, "");
  }

  /**
   * A failure.
   *
   * @param host the host of the rank
   */
  static RankResult failed(int rank, String host, Exception failure) {
    Kind kind =
        failure instanceof LostRankException
            ? Kind.LOST_RANK
            : failure instanceof TrainingDivergedException
                ? Kind.DIVERGED
                : failure instanceof IOException
                    ? Kind.FILE
                    : failure instanceof IllegalArgumentException ? Kind.ARGUMENT : Kind.STATE;
    String where = kind == Kind.LOST_RANK ? "" : "rank " + rank + " on " + host + ": ";
    String what = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    String more = failure instanceof CheckpointException ? "; all executors need to see it" : "";
    return new RankResult(rank, kind, where + what + more);
  }

  /** Throws the most informative failure, if there is one. */
  static void check(List<RankResult> results) {
    RankResult worst =
        results.stream()
            .filter(r -> r.kind != Kind.NOTHING)
            .min(Comparator.<RankResult, Kind>comparing(r -> r.kind).thenComparing(r -> r.rank))
            .orElse(null);
    if (worst == null) {
      return;
    }
    throw switch (worst.kind) {
      case ARGUMENT -> new IllegalArgumentException(worst.message);
      case FILE, LOST_RANK -> new UncheckedIOException(new IOException(worst.message));
      default -> new IllegalStateException(worst.message);
    };
  }
}
