package dev.afina;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a training of numbers makes small. Immutable.
 *
 * <p>A text's loss is the mean over its targets, an update's the mean over its texts.
 */
public final class RegressionLoss {
  private enum Distance {
    SQUARED,
    ABSOLUTE
  }

  private final Distance distance;
  private final @Nullable Own own;

  private RegressionLoss(Distance distance, @Nullable Own own) {
    this.distance = distance;
    this.own = own;
  }

  /** A loss of the user's own, with its name. */
  private record Own(String name, ValuesLoss function) {}

  /** The loss of one text, as a function of the model's numbers and the true ones. */
  @FunctionalInterface
  public interface ValuesLoss {
    /**
     * The loss.
     *
     * @param outputs the model's, one a target; the function may change them
     * @param values the true ones, one a target
     */
    double of(double[] outputs, double[] values);
  }

  /** The square of the distance: the default, and transformers'. */
  public static RegressionLoss meanSquaredError() {
    return new RegressionLoss(Distance.SQUARED, null);
  }

  /** The distance, which outliers pull less. */
  public static RegressionLoss meanAbsoluteError() {
    return new RegressionLoss(Distance.ABSOLUTE, null);
  }

  /**
   * A loss of one's own, in plain Java. Its gradient is taken by central differences in double
   * precision, so it must be smooth; that is exact to about 1e-9, more than float32 can hold, and
   * costs 2 calls a target and text.
   *
   * @param name tells it from others: a training goes on from a checkpoint only under the same name
   * @param function called by several threads at the same time
   */
  public static RegressionLoss own(String name, ValuesLoss function) {
    return new RegressionLoss(
        Distance.SQUARED,
        new Own(Names.requireName("loss", name), Objects.requireNonNull(function, name)));
  }

  /** This loss over the values of some texts. */
  Objective objective() {
    if (own == null) {
      return new RegressionObjective(distance == Distance.SQUARED);
    }
    ValuesLoss function = own.function();
    return new OwnObjective(target -> 1, (outputs, target) -> function.of(outputs, target.clone()));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RegressionLoss that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** For example {@code mean_squared_error}. */
  @Override
  public String toString() {
    if (own != null) {
      return "own(\"" + own.name() + "\")";
    }
    return distance == Distance.SQUARED ? "mean_squared_error" : "mean_absolute_error";
  }
}
