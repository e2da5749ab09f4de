package dev.afina;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.data.Labels;
import dev.afina.internal.json.Members;
import dev.afina.internal.objective.Logits;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Regressor}'s prediction for one text: a number for each target. Immutable. Jackson and
 * Gson serialize it as {@link #asMap()}.
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public final class Estimate implements WrittenAsMap {
  private final Labels targets;
  private final float[] outputs;
  private final Reading reading;

  /**
   * Creates the prediction of a model with these outputs, for testing code that uses a regressor.
   *
   * @param targets the names of the targets, in the order of the outputs
   * @param values one per target, in that order; copied
   * @throws IllegalArgumentException if there is not one value per target, or a value is not finite
   */
  public static Estimate of(Labels targets, float... values) {
    Logits.requireOneEach(targets, values, "target");
    return new Estimate(targets, values.clone());
  }

  Estimate(Labels targets, float[] outputs) {
    this.reading = Reading.WHOLE;
    this.targets = targets;
    this.outputs = outputs;
  }

  private Estimate(Estimate other, Reading reading) {
    this.targets = other.targets;
    this.outputs = other.outputs;
    this.reading = reading;
  }

  Estimate with(Reading howMuchWasRead) {
    return new Estimate(this, howMuchWasRead);
  }

  /**
   * The predicted number of a regressor with one target.
   *
   * @throws IllegalStateException if there are several targets
   */
  public double value() {
    if (outputs.length != 1) {
      throw new IllegalStateException(
          "value(): there are %s targets, ask for one of them: value(name), one of %s"
              .formatted(outputs.length, targets.names()));
    }
    return outputs[0];
  }

  /**
   * The predicted number of one target.
   *
   * @throws IllegalArgumentException if the target is unknown
   */
  public double value(String target) {
    return outputs[targets.index(target)];
  }

  /** The predicted numbers by target, in the order of the outputs. Unmodifiable. */
  public Map<String, Double> values() {
    return ByName.map(targets, i -> outputs[i]);
  }

  /** The model's outputs in the order of the targets; a copy. */
  public float[] outputs() {
    return outputs.clone();
  }

  /**
   * The number of tokens of the text that were not read because it is too long; 0 if all were read.
   */
  public int cutTokens() {
    return reading.cutTokens();
  }

  /** How much of the text was read. */
  public Reading reading() {
    return reading;
  }

  /**
   * The JSON form: {@code value} if there is one target, {@code values} by target, and {@code
   * cutTokens} if any were cut. Unmodifiable.
   */
  @Override
  public Map<String, Object> asMap() {
    return new Members()
        .with("value", outputs.length == 1 ? value() : null)
        .with("values", values())
        .with("cutTokens", cutTokens() == 0 ? null : cutTokens())
        .asMap();
  }

  /** The names of the outputs, in their order. */
  Labels outputNames() {
    return targets;
  }

  /** Equal targets and, to the bit, equal numbers. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Estimate that
        && targets.equals(that.targets)
        && Arrays.equals(outputs, that.outputs);
  }

  @Override
  public int hashCode() {
    return 31 * targets.hashCode() + Arrays.hashCode(outputs);
  }

  /** The number, for example {@code 3.712}; of several targets each with its name. */
  @Override
  public String toString() {
    if (outputs.length == 1) {
      return String.format(Locale.ROOT, "%.3f", outputs[0]);
    }
    StringJoiner all = new StringJoiner(", ");
    values().forEach((name, value) -> all.add(String.format(Locale.ROOT, "%s %.3f", name, value)));
    return all.toString();
  }
}
