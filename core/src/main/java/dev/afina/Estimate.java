package dev.afina;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.data.Labels;
import dev.afina.internal.json.Members;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that a {@link Regressor} gives one text, one for each target. Immutable. Jackson and
 * Gson write it as its {@link #asMap()}.
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public final class Estimate implements WrittenAsMap {
  private final Labels targets;
  private final float[] outputs;
  private final Reading reading;

  /**
   * What a model with these outputs estimates; for tests of what uses a regressor.
   *
   * @param targets the names of the numbers, in the order of the outputs
   * @param values one a target; copied
   * @throws IllegalArgumentException if there are not as many values as targets, or one is not a
   *     finite number
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
   * The number, of a regressor with one target.
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
   * The number of one target.
   *
   * @throws IllegalArgumentException if there is no such target
   */
  public double value(String target) {
    return outputs[targets.index(target)];
  }

  /** The numbers by target, in the order of the outputs; unmodifiable. */
  public Map<String, Double> values() {
    Map<String, Double> values = new LinkedHashMap<>();
    for (int i = 0; i < outputs.length; i++) {
      values.putIfAbsent(targets.name(i), (double) outputs[i]);
    }
    return Collections.unmodifiableMap(values);
  }

  /** The numbers in the order of the targets, as the model computes them; a copy. */
  public float[] outputs() {
    return outputs.clone();
  }

  /** How many tokens of the text were not read, because it is too long; 0 where all were. */
  public int cutTokens() {
    return reading.cutTokens();
  }

  /** How much of the text was read. */
  public Reading reading() {
    return reading;
  }

  /**
   * What JSON says of it: {@code value} where there is one target, and {@code values} by target.
   * Unmodifiable.
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
