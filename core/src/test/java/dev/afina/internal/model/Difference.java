package dev.afina.internal.model;

import java.util.Collection;
import java.util.Comparator;

/**
 * How far something of ours is from that of transformers.
 *
 * @param what was compared
 * @param value absolute, or relative where the measurement says so; NaN where either is NaN
 */
public record Difference(String what, double value) {

  /** Between two rows of numbers, which are infinitely far apart if one is longer. */
  public static Difference greatest(String what, float[] ours, float[] theirs) {
    if (ours.length != theirs.length) {
      return new Difference(
          what + ": ours are " + ours.length + " numbers, theirs " + theirs.length,
          Double.POSITIVE_INFINITY);
    }
    double greatest = 0;
    for (int i = 0; i < ours.length; i++) {
      greatest = Math.max(greatest, Math.abs((double) ours[i] - theirs[i]));
    }
    return new Difference(what, greatest);
  }

  /** |ours − theirs|. */
  public static Difference absolute(String what, double ours, double theirs) {
    return new Difference(what, Math.abs(ours - theirs));
  }

  /** |ours − theirs| / |theirs|. */
  public static Difference relative(String what, double ours, double theirs) {
    return new Difference(what, Math.abs(ours - theirs) / Math.abs(theirs));
  }

  /** The greatest of some; NaN is greater than all. */
  public static double greatest(Collection<Difference> differences) {
    return differences.stream()
        .map(Difference::value)
        .max(Comparator.naturalOrder())
        .orElseThrow(() -> new IllegalArgumentException("nothing was compared"));
  }
}
