package dev.afina;

import dev.afina.internal.objective.CustomObjective;
import dev.afina.internal.objective.Objective;
import dev.afina.internal.objective.RegressionObjective;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The loss that the training of a {@link Regressor} minimizes. Immutable.
 *
 * <p>The loss of a text is the mean over its targets, the loss of an update the mean over its
 * texts.
 */
public final class RegressionLoss {
  private enum Distance {
    SQUARED,
    ABSOLUTE
  }

  private final Distance distance;
  private final @Nullable Custom custom;

  private RegressionLoss(Distance distance, @Nullable Custom custom) {
    this.distance = distance;
    this.custom = custom;
  }

  /** A custom loss and its name. */
  private record Custom(String name, ValuesLoss function) {}

  /** The loss of one text, as a function of the model's outputs and the true values. */
  @FunctionalInterface
  public interface ValuesLoss {
    /**
     * The loss.
     *
     * @param outputs the model's outputs, one per target; the function may modify the array
     * @param values the true values, one per target
     */
    double of(double[] outputs, double[] values);
  }

  /** The squared difference. The default, as in transformers. */
  public static RegressionLoss meanSquaredError() {
    return new RegressionLoss(Distance.SQUARED, null);
  }

  /** The absolute difference, which is less sensitive to outliers. */
  public static RegressionLoss meanAbsoluteError() {
    return new RegressionLoss(Distance.ABSOLUTE, null);
  }

  /**
   * A custom loss in plain Java. Its gradient is computed by central differences in double
   * precision, so it must be smooth. This is accurate to about 1e-9, which exceeds the precision of
   * float32, and takes two calls per text and target.
   *
   * @param name identifies the loss: a training resumes from a checkpoint only with a loss of the
   *     same name
   * @param function computes the loss of one text; called concurrently by several threads
   */
  public static RegressionLoss custom(String name, ValuesLoss function) {
    return new RegressionLoss(
        Distance.SQUARED,
        new Custom(Names.requireName("loss", name), Objects.requireNonNull(function, name)));
  }

  /** This loss over the values of some texts. */
  Objective objective() {
    if (custom == null) {
      return new RegressionObjective(distance == Distance.SQUARED);
    }
    ValuesLoss function = custom.function();
    return new CustomObjective(
        target -> 1, (outputs, target) -> function.of(outputs, target.clone()));
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
    if (custom != null) {
      return "custom(\"" + custom.name() + "\")";
    }
    return distance == Distance.SQUARED ? "mean_squared_error" : "mean_absolute_error";
  }
}
