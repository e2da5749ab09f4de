package dev.afina;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.data.Labels;
import dev.afina.internal.json.Members;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Regressor}'s prediction for one text with its uncertainty, from several forward passes
 * with dropout switched on: Monte-Carlo dropout, as in {@link Uncertainty}. Immutable. Jackson and
 * Gson serialize it as {@link #asMap()}.
 *
 * <p>The deviation is the uncertainty that is due to the model, in the unit of the target. How far
 * the true number lies from even a perfect prediction is not in it, so it is no interval in which
 * the true number would be.
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public final class RegressionUncertainty implements WrittenAsMap {
  private final Labels targets;
  private final List<Estimate> passes;
  private final double[] mean;
  private final double[] deviation;

  /**
   * Creates the uncertainty of given passes, for example in a test.
   *
   * @param targets the names of the targets of the passes
   * @param passes the predictions of each pass, 2 or more
   * @throws IllegalArgumentException if there are fewer than 2, or one has another number of
   *     targets
   */
  public static RegressionUncertainty of(Labels targets, List<Estimate> passes) {
    Uncertainty.requirePasses(
        passes.stream().map(Estimate::outputs).toList(), targets.size(), "a target");
    return new RegressionUncertainty(targets, passes);
  }

  private RegressionUncertainty(Labels targets, List<Estimate> passes) {
    this.targets = targets;
    this.passes = List.copyOf(passes);
    List<double[]> values =
        passes.stream()
            .map(
                pass -> {
                  float[] outputs = pass.outputs();
                  return IntStream.range(0, outputs.length).mapToDouble(i -> outputs[i]).toArray();
                })
            .toList();
    this.mean =
        IntStream.range(0, targets.size())
            .mapToDouble(t -> values.stream().mapToDouble(v -> v[t]).average().orElseThrow())
            .toArray();
    this.deviation =
        IntStream.range(0, targets.size())
            .mapToDouble(t -> Uncertainty.deviation(values, t, mean[t]))
            .toArray();
  }

  /**
   * The mean of the passes of a regressor with one target.
   *
   * @throws IllegalStateException if there are several targets
   */
  public double value() {
    return mean[only("value")];
  }

  /**
   * The mean of the passes of one target.
   *
   * @throws IllegalArgumentException if the target is unknown
   */
  public double value(String target) {
    return mean[targets.index(target)];
  }

  /** The means of the passes by target, in the order of the outputs. Unmodifiable. */
  public Map<String, Double> values() {
    return ByName.map(targets, i -> mean[i]);
  }

  /**
   * The sample standard deviation (divisor n − 1) over the passes of a regressor with one target.
   *
   * @throws IllegalStateException if there are several targets
   */
  public double deviation() {
    return deviation[only("deviation")];
  }

  /**
   * The sample standard deviation (divisor n − 1) of one target over the passes.
   *
   * @throws IllegalArgumentException if the target is unknown
   */
  public double deviation(String target) {
    return deviation[targets.index(target)];
  }

  /** The deviations by target, in the order of the outputs. Unmodifiable. */
  public Map<String, Double> deviations() {
    return ByName.map(targets, i -> deviation[i]);
  }

  private int only(String method) {
    if (mean.length != 1) {
      throw new IllegalStateException(
          "%s(): there are %s targets, ask for one of them: %s(name), one of %s"
              .formatted(method, mean.length, method, targets.names()));
    }
    return 0;
  }

  /** The predictions of the passes. */
  public List<Estimate> passes() {
    return passes;
  }

  /**
   * The JSON form: {@code value} and {@code deviation} if there is one target, {@code passes}
   * (their number), {@code values} and {@code deviations} by target. Unmodifiable.
   */
  @Override
  public Map<String, Object> asMap() {
    boolean one = mean.length == 1;
    return new Members()
        .with("value", one ? value() : null)
        .with("deviation", one ? deviation() : null)
        .with("passes", passes.size())
        .with("values", values())
        .with("deviations", deviations())
        .asMap();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RegressionUncertainty that
        && targets.equals(that.targets)
        && passes.equals(that.passes);
  }

  @Override
  public int hashCode() {
    return 31 * targets.hashCode() + passes.hashCode();
  }

  /** For example {@code 3.712 ± 0.154}; of several targets each with its name. */
  @Override
  public String toString() {
    if (mean.length == 1) {
      return String.format(Locale.ROOT, "%.3f ± %.3f", mean[0], deviation[0]);
    }
    StringJoiner all = new StringJoiner(", ");
    for (int i = 0; i < mean.length; i++) {
      all.add(String.format(Locale.ROOT, "%s %.3f ± %.3f", targets.name(i), mean[i], deviation[i]));
    }
    return all.toString();
  }
}
