package dev.afina.examples;

import com.google.gson.JsonObject;
import dev.afina.Estimate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The numbers. */
record RegressionAnswers() implements Answers<Estimate> {

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
}
