package dev.afina.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Rates, order by length and early stopping are those of transformers and torch: golden file of
 * interop/golden_training.py.
 */
class GoldenTrainingTest {
  private static final double PEAK = 3e-4;

  private static final Map<String, Schedule> SCHEDULES =
      Map.ofEntries(
          Map.entry("linear", Schedule.linear()),
          Map.entry("cosine", Schedule.cosine()),
          Map.entry("cosine_with_restarts_3", Schedule.cosineWithRestarts(3)),
          Map.entry("cosine_with_min_lr", Schedule.cosineWithMinRate(0.1)),
          Map.entry("polynomial", Schedule.polynomial()),
          Map.entry("polynomial_2", Schedule.polynomial(2, 1e-5)),
          Map.entry("constant", Schedule.constant()),
          Map.entry("constant_with_warmup", Schedule.constant()),
          Map.entry("inverse_sqrt", Schedule.inverseSquareRoot()),
          Map.entry("warmup_stable_decay", Schedule.warmupStableDecay(9)),
          Map.entry(
              "warmup_stable_decay_linear",
              Schedule.warmupStableDecay(9, Schedule.Leg.COSINE, Schedule.Leg.LINEAR, 0.05)),
          Map.entry(
              "warmup_stable_decay_sqrt",
              Schedule.warmupStableDecay(
                  9, Schedule.Leg.ONE_MINUS_SQRT, Schedule.Leg.ONE_MINUS_SQRT, 0.2)));

  @Test
  void schedules_haveTransformersRates_updateByUpdate() throws IOException {
    JsonArray cases = golden().getAsJsonArray("schedules");
    assertThat(cases).hasSize(22);
    for (JsonElement element : cases) {
      JsonObject c = element.getAsJsonObject();
      String key = c.get("key").getAsString();
      Schedule schedule = SCHEDULES.get(key);
      LearningRate rate =
          schedule.start(
              new Schedule.Run(c.get("warmup").getAsInt(), c.get("total").getAsInt(), PEAK, true));
      List<Double> expected = doubles(c.getAsJsonArray("rates"));
      for (int done = 0; done < expected.size(); done++) {
        assertThat(PEAK * rate.factor(done))
            .as("%s with warmup %s, update %s", key, c.get("warmup"), done)
            .isCloseTo(expected.get(done), within(1e-16));
      }
    }
  }

  @Test
  void reduceOnPlateau_hasTorchsRates_alsoAfterARestore() throws IOException {
    for (JsonElement element : golden().getAsJsonArray("plateaus")) {
      JsonObject c = element.getAsJsonObject();
      Schedule schedule =
          Schedule.reduceOnPlateau(
              0.3, c.get("patience").getAsInt(), 0.01, c.get("cooldown").getAsInt(), 1e-6);
      Schedule.Run run = new Schedule.Run(0, 1, PEAK, c.get("greater").getAsBoolean());
      LearningRate rate = schedule.start(run);
      List<Double> metrics = doubles(c.getAsJsonArray("metrics"));
      List<Double> expected = doubles(c.getAsJsonArray("rates"));
      for (int i = 0; i < metrics.size(); i++) {
        LearningRate next = schedule.start(run);
        next.restore(rate.state());
        rate = next;
        rate.evaluated(metrics.get(i));
        assertThat(PEAK * rate.factor(i))
            .as("after evaluation %s", i)
            .isCloseTo(expected.get(i), within(1e-18));
      }
      assertThat(expected).as("the rate falls").anyMatch(r -> r < PEAK * 0.2);
    }
  }

  @Test
  void earlyStopping_stopsWhereTransformersDoes() throws IOException {
    int stops = 0;
    for (JsonElement element : golden().getAsJsonArray("stopping")) {
      JsonObject c = element.getAsJsonObject();
      EvaluationOptions options =
          EvaluationOptions.STANDARD
              .keepBest("m")
              .greaterIsBetter(c.get("greater").getAsBoolean())
              .patience(c.get("patience").getAsInt())
              .threshold(c.get("threshold").getAsDouble());
      EarlyStopping stopping = new EarlyStopping(options);
      int stopped = -1;
      List<Double> metrics = doubles(c.getAsJsonArray("metrics"));
      for (int i = 0; i < metrics.size() && stopped < 0; i++) {
        if (stopping.offer(i + 1, metrics.get(i))) {
          stopped = i;
        }
      }
      assertThat(stopped).as("%s", c).isEqualTo(c.get("stopped").getAsInt());
      stops += stopped < 0 ? 0 : 1;
    }
    assertThat(stops).isGreaterThan(4);
  }

  @Test
  void orderByLength_isTransformers() throws IOException {
    for (JsonElement element : golden().getAsJsonArray("orders")) {
      JsonObject c = element.getAsJsonObject();
      int[] lengths =
          doubles(c.getAsJsonArray("lengths")).stream().mapToInt(Double::intValue).toArray();
      int[] expected =
          doubles(c.getAsJsonArray("order")).stream().mapToInt(Double::intValue).toArray();
      assertThat(
              BatchOrder.BY_LENGTH.of(lengths, c.get("batch").getAsInt(), c.get("seed").getAsInt()))
          .containsExactly(expected);
    }
  }

  private static List<Double> doubles(JsonArray array) {
    return array.asList().stream().map(JsonElement::getAsDouble).toList();
  }

  private static JsonObject golden() throws IOException {
    try (InputStream in = GoldenTrainingTest.class.getResourceAsStream("/golden/training.json")) {
      return new Gson()
          .fromJson(new InputStreamReader(in, StandardCharsets.UTF_8), JsonObject.class);
    }
  }
}
