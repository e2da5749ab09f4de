package dev.afina.benchmarks;

import java.util.List;
import java.util.Locale;

/** What must agree before a speed is shown. */
final class Gate {
  private Gate() {}

  /**
   * Compares number by number.
   *
   * @param what for the message
   * @return what was compared, difference and limit
   * @throws GateFailedException if a difference is greater than the limit, or not a number, or
   *     there are more numbers on one side
   */
  static String agree(String what, double[] ours, double[] peer, double limit)
      throws GateFailedException {
    if (ours.length != peer.length || ours.length == 0) {
      throw new GateFailedException(
          "%s: ours are %d, the peer's %d".formatted(what, ours.length, peer.length));
    }
    double greatest = 0;
    for (int i = 0; i < ours.length; i++) {
      double difference = Math.abs(ours[i] - peer[i]);
      if (!(difference <= limit)) {
        throw new GateFailedException(
            String.format(
                Locale.ROOT,
                "%s: number %d of %d is %.6g, the peer's %.6g, allowed difference %.1g",
                what,
                i + 1,
                ours.length,
                ours[i],
                peer[i],
                limit));
      }
      greatest = Math.max(greatest, difference);
    }
    return String.format(
        Locale.ROOT,
        "%s: %d numbers, greatest difference %.1e, limit %.1e",
        what,
        ours.length,
        greatest,
        limit);
  }

  /**
   * Mean training losses of runs whose dropout differs.
   *
   * @param updates of each run: the fewer, the further means may be apart by chance
   * @return both means
   * @throws GateFailedException if they differ by more than a tenth, which is meant for 30 updates
   */
  static String meansAgree(List<Double> ours, List<Double> peer, int updates)
      throws GateFailedException {
    double limit = 0.1 * Math.sqrt(Math.max(1, 30.0 / updates));
    double mine = mean(ours);
    double theirs = mean(peer);
    String figures =
        String.format(
            Locale.ROOT,
            "mean training loss with dropout %.4f, the peer's %.4f, limit %.0f %%",
            mine,
            theirs,
            100 * limit);
    if (!(Math.abs(mine - theirs) <= limit * Math.abs(theirs))) {
      throw new GateFailedException(figures);
    }
    return figures;
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }
}
