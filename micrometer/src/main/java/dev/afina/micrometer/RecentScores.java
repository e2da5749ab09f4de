package dev.afina.micrometer;

import dev.afina.ScoreDistribution;
import org.jspecify.annotations.Nullable;

/** A ring buffer of the last confidences, binned, to compare with those of the validation data. */
final class RecentScores {
  static final int KEPT = 1000;

  /** With fewer texts the index is meaningless. */
  static final int LEAST = 100;

  private @Nullable ScoreDistribution validation; // guarded by this, as all below
  private final int[] bins = new int[KEPT];
  private long[] counts = new long[0];
  private long added;

  /** Begins anew, with these as what is expected. */
  synchronized void compareWith(ScoreDistribution distribution) {
    validation = distribution;
    counts = new long[distribution.shares().size()];
    added = 0;
  }

  synchronized void compareWithNothing() {
    validation = null;
  }

  synchronized void add(double confidence) {
    if (validation == null) {
      return;
    }
    int place = (int) (added % KEPT);
    if (added >= KEPT) {
      counts[bins[place]]--;
    }
    bins[place] = validation.bin(confidence);
    counts[bins[place]]++;
    added++;
  }

  synchronized double psi() {
    return validation == null || added < LEAST ? Double.NaN : validation.psi(counts);
  }
}
