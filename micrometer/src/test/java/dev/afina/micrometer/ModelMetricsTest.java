package dev.afina.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.afina.Classifier;
import dev.afina.DecisionRules;
import dev.afina.ModelHandle;
import dev.afina.ModelListener.Answer;
import dev.afina.ModelListener.Batch;
import dev.afina.OverloadedException;
import dev.afina.Prediction;
import dev.afina.ScoreDistribution;
import dev.afina.ServingOptions;
import dev.afina.data.Labels;
import dev.afina.testing.TinyModels;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ModelMetricsTest {
  private static final Labels LABELS = Labels.of("no", "yes");
  private static final Prediction YES = Prediction.of(LABELS, 0, 2);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ModelMetrics metrics = ModelMetrics.of(registry, "m");

  @Test
  void answers_areCountedByTextTokenAndLabel() {
    metrics.answered(Answer.of(List.of(YES, YES), 30, Duration.ofMillis(2), Duration.ofMillis(10)));
    assertThat(counter("afina.texts")).isEqualTo(2);
    assertThat(counter("afina.tokens")).isEqualTo(30);
    assertThat(registry.get("afina.calls").tag("model", "m").timer().count()).isEqualTo(1);
    assertThat(registry.get("afina.calls").timer().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(10);
    assertThat(registry.get("afina.queued").timer().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(2);
    assertThat(registry.get("afina.labels").tag("label", "yes").counter().count()).isEqualTo(2);
    assertThat(registry.get("afina.decisions").tag("sure", "true").counter().count()).isEqualTo(2);
    assertThat(registry.get("afina.calls").timer().takeSnapshot().percentileValues()).hasSize(3);
  }

  @Test
  void batchesAndRefusals_areCounted() {
    metrics.computed(Batch.of(8, 200, Duration.ofMillis(5)));
    metrics.refused(new OverloadedException(10, 5));
    metrics.cancelled();
    metrics.failed(new IllegalStateException("x"));
    assertThat(registry.get("afina.batch.texts").summary().max()).isEqualTo(8);
    assertThat(registry.get("afina.batch.tokens").summary().totalAmount()).isEqualTo(200);
    assertThat(counter("afina.refused")).isEqualTo(1);
    assertThat(counter("afina.cancelled")).isEqualTo(1);
    assertThat(counter("afina.failed")).isEqualTo(1);
    assertThat(counter("afina.deadline.missed")).isZero();
  }

  /** Half of the validation data under 0.9, and all of the service's: by hand. */
  @Test
  void drift_isThePopulationStabilityIndexOfTheLastThousand() {
    metrics.watchDriftFrom(
        new ScoreDistribution(List.of(0.9), List.of(0.5, 0.5), List.of(0.5, 0.5)));
    answer(YES, 99); // a confidence of 0.881
    assertThat(registry.get("afina.drift").gauge().value()).isNaN();
    answer(YES, 1);
    double psi = 0.5 * Math.log(1 / 0.5) + (1e-4 - 0.5) * Math.log(1e-4 / 0.5);
    assertThat(registry.get("afina.drift").gauge().value()).isCloseTo(psi, within(1e-9));
    answer(YES, 400);
    answer(Prediction.of(LABELS, 0, 9), 500);
    assertThat(registry.get("afina.drift").gauge().value()).as("half and half").isZero();
    answer(YES, 500); // push the first 500 out, which were as these
    assertThat(registry.get("afina.drift").gauge().value()).isZero();
  }

  /** A program that loads a newer model gives it the name of the older one. */
  @Test
  void nextModelOfAName_isTheOneThatIsWatched() throws IOException {
    ScoreDistribution validation =
        new ScoreDistribution(List.of(0.9), List.of(0.5, 0.5), List.of(0.5, 0.5));
    metrics.watchDriftFrom(validation);
    answer(YES, 100);
    assertThat(registry.get("afina.drift").gauge().value()).isPositive();
    try (ModelHandle<Prediction, Classifier> older = ModelHandle.of(TinyModels.classifier());
        Classifier newer = TinyModels.classifier()) {
      ModelMetrics others = ModelMetrics.of(registry, "others").watchQueueOf(older);
      metrics.watchQueueOf(older);
      Gauge before = registry.get("afina.inflight.texts").tag("model", "m").gauge();

      ModelMetrics next = ModelMetrics.of(registry, "m");
      next.watchQueueOf(newer).watchDriftFrom(validation);
      assertThat(registry.get("afina.inflight.texts").tag("model", "m").gauge())
          .isNotSameAs(before);
      assertThat(registry.find("afina.swaps").tag("model", "m").meter())
          .as("it is no handle")
          .isNull();
      assertThat(registry.get("afina.drift").gauge().value()).as("of the next").isNaN();
      assertThat(registry.get("afina.swaps").tag("model", "others").functionCounter().count())
          .as("watched by %s", others)
          .isZero();
    }
  }

  @Test
  void realModel_isMeasured() throws IOException {
    try (Classifier model = TinyModels.classifier();
        Classifier strict = model.deciding(DecisionRules.none().confidence(1));
        Classifier served = strict.withServing(ServingOptions.standard().listener(metrics))) {
      metrics.watchQueueOf(served);
      served.predict("I lost my card");
      served.predict(List.of("I lost my card", "Where is my card?"));
    }
    assertThat(counter("afina.texts")).isEqualTo(3);
    assertThat(registry.get("afina.calls").timer().count()).isEqualTo(2);
    assertThat(registry.get("afina.decisions").tag("sure", "false").counter().count()).isEqualTo(3);
    assertThat(registry.get("afina.batch.texts").summary().totalAmount()).isEqualTo(3);
    assertThat(registry.get("afina.inflight.texts").gauge().value()).isZero();
  }

  private void answer(Prediction prediction, int times) {
    metrics.answered(
        Answer.of(Collections.nCopies(times, prediction), 1, Duration.ZERO, Duration.ofMillis(1)));
  }

  private double counter(String name) {
    return registry.get(name).counter().count();
  }
}
