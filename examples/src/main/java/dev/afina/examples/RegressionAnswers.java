package dev.afina.examples;

import com.google.gson.JsonObject;
import dev.afina.Estimate;
import dev.afina.RegressionUncertainty;
import dev.afina.Regressor;
import dev.afina.TextModel;
import dev.afina.data.Dataset;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The numbers.
 *
 * @param passes with dropout, whose disagreement JSON tells; null for none
 */
record RegressionAnswers(@Nullable Integer passes) implements Answers<Estimate> {

  @Override
  public String line(Estimate estimate) {
    float[] outputs = estimate.outputs();
    return IntStream.range(0, outputs.length)
        .mapToObj(i -> Answers.number(outputs[i]))
        .collect(Collectors.joining("\t"));
  }

  @Override
  public JsonObject json(Estimate estimate) {
    JsonObject object = new JsonObject();
    object.add("values", Answers.object(estimate.values().entrySet()));
    return object;
  }

  @Override
  public List<JsonObject> dropout(TextModel<Estimate, ?> model, Dataset texts) {
    return passes != null && model instanceof Regressor regressor
        ? regressor.predictWithDropout(texts, passes, SEED).stream()
            .map(each -> json(each, passes))
            .toList()
        : List.of();
  }

  private static JsonObject json(RegressionUncertainty uncertainty, int passes) {
    JsonObject object = new JsonObject();
    object.addProperty("passes", passes);
    object.add("mean", Answers.object(uncertainty.values().entrySet()));
    object.add("deviations", Answers.object(uncertainty.deviations().entrySet()));
    return object;
  }
}
