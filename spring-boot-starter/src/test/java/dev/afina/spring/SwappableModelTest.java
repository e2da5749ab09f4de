package dev.afina.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.Classifier;
import dev.afina.DecisionGoal;
import dev.afina.DecisionRules;
import dev.afina.ModelGate;
import dev.afina.ModelHandle;
import dev.afina.Prediction;
import dev.afina.Predictor;
import dev.afina.SwapRefusedException;
import dev.afina.TextModel;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.testing.TinyModels;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Models of properties that are replaced while the application serves. */
class SwappableModelTest {
  private static final String TEXT = "I lost my card";

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  MetricsAutoConfiguration.class, AfinaAutoConfiguration.class, health()))
          .withUserConfiguration(DeskConfiguration.class)
          .withPropertyValues(
              "afina.classifiers.intents.model=" + TinyModels.CLASSIFIER,
              "afina.classifiers.intents.swappable=true");

  private static Class<?> health() {
    return SpringBootVersion.getVersion().startsWith("4")
        ? Boot4HealthAutoConfiguration.class
        : Boot3HealthAutoConfiguration.class;
  }

  /** A controller, which needs not know that its model is replaced, and one that does. */
  record Desk(Predictor<Prediction> any, ModelHandle<Prediction, Classifier> swappable) {}

  @Configuration(proxyBeanMethods = false)
  static class DeskConfiguration {
    @Bean
    Desk desk(Predictor<Prediction> any, ModelHandle<Prediction, Classifier> swappable) {
      return new Desk(any, swappable);
    }

    @Bean
    MeterRegistry registry() {
      return new SimpleMeterRegistry();
    }

    @Bean
    ModelGate<TextModel<?, ?>> noFewerTokens() {
      return (present, candidate) ->
          candidate.maxTokens() < present.maxTokens()
              ? Optional.of("it reads less")
              : Optional.empty();
    }
  }

  @TempDir Path folder;

  /** The same model, which decides otherwise. */
  private Path saved(DecisionRules rules) throws IOException {
    try (Classifier model = TinyModels.classifier();
        Classifier deciding = model.deciding(rules)) {
      deciding.save(folder.resolve("model"));
    }
    return folder.resolve("model");
  }

  @Test
  void reload_replacesTheModel_underWhoeverHasIt() throws IOException {
    Path strict = saved(DecisionRules.none().confidence(1));
    float[] exact;
    try (Classifier model = TinyModels.classifier()) {
      exact = model.predict(TEXT).logits();
    }
    application
        .withPropertyValues("afina.classifiers.intents.precision=bfloat16")
        .run(
            context -> {
              assertThat(context)
                  .hasNotFailed()
                  .doesNotHaveBean(Classifier.class)
                  .hasBean("afinaHealthIndicator");
              Desk desk = context.getBean(Desk.class);
              assertThat(desk.any())
                  .isSameAs(desk.swappable())
                  .isSameAs(context.getBean("intents"));
              Prediction before = desk.any().predict(TEXT);
              assertThat(before.decision().isSure()).isTrue();
              assertThat(before.logits()).as("in bfloat16").isNotEqualTo(exact);
              ModelReloader models = context.getBean(ModelReloader.class);
              models.reload("intents", strict.toString());
              Prediction after = desk.any().predict(TEXT);
              assertThat(after.decision().isSure()).isFalse();
              assertThat(after.logits()).as("in bfloat16, too").isEqualTo(before.logits());
              models.reload("intents");
              assertThat(desk.any().predict(TEXT)).isEqualTo(before);
              assertThat(desk.swappable().swaps()).isEqualTo(2);
            });
  }

  @Test
  void meters_followTheModelThatServes() throws IOException {
    Path withFigures;
    try (Classifier model = TinyModels.classifier()) {
      Dataset rows =
          Dataset.of(Collections.nCopies(4, Example.of("Where is my card?", "card_arrival")));
      try (Classifier deciding = model.deciding(DecisionGoal.standard().confidence(0.1), rows)) {
        withFigures = folder.resolve("figures");
        deciding.save(withFigures);
      }
    }
    application.run(
        context -> {
          MeterRegistry meters = context.getBean(MeterRegistry.class);
          Predictor<Prediction> any = context.getBean(Desk.class).any();
          any.predict(TEXT);
          assertThat(meters.find("afina.drift").gauge()).isNull();
          context.getBean(ModelReloader.class).reload("intents", withFigures.toString());
          any.predict(Collections.nCopies(100, TEXT));
          assertThat(meters.get("afina.texts").tag("model", "intents").counter().count())
              .isEqualTo(101);
          assertThat(meters.get("afina.swaps").functionCounter().count()).isEqualTo(1);
          assertThat(meters.get("afina.inflight.texts").gauge().value()).isZero();
          assertThat(meters.get("afina.drift").gauge().value()).isNotNaN();
          context.getBean(ModelReloader.class).reload("intents");
          any.predict(Collections.nCopies(100, TEXT));
          assertThat(meters.get("afina.drift").gauge().value()).as("it has no rules").isNaN();
        });
  }

  @Test
  void whatCannotServe_isRefused_andThePresentModelStays() throws IOException {
    Path shorter = folder.resolve("shorter");
    try (Classifier model = TinyModels.classifier();
        Classifier cut = model.withMaxTokens(8)) {
      cut.save(shorter);
    }
    application
        .withPropertyValues("afina.classifiers.intents.gate=noFewerTokens")
        .run(
            context -> {
              ModelReloader models = context.getBean(ModelReloader.class);
              assertThatThrownBy(() -> models.reload("intents", shorter.toString()))
                  .isInstanceOf(SwapRefusedException.class)
                  .hasMessageContaining("it reads less");
              assertThatThrownBy(() -> models.reload("intents", "no/such/folder"))
                  .isInstanceOf(IOException.class);
              assertThatThrownBy(() -> models.reload("intents", TinyModels.REGRESSOR))
                  .isInstanceOf(IOException.class);
              assertThatThrownBy(() -> models.reload("tickets"))
                  .isInstanceOf(IllegalArgumentException.class)
                  .hasMessage(
                      "name: no swappable model \"tickets\", expected one of [intents]; set its"
                          + " property swappable=true");
              Desk desk = context.getBean(Desk.class);
              assertThat(desk.any().predict(TEXT).label()).isEqualTo("lost_or_stolen_card");
              assertThat(desk.swappable().swaps()).isZero();
            });
  }

  @Test
  void gateThatIsNotThere_orNeverAsked_isOneClearMessage() {
    application
        .withPropertyValues("afina.classifiers.intents.gate=none")
        .run(
            context ->
                assertThat(context.getStartupFailure()).rootCause().hasMessageContaining("none"));
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(AfinaAutoConfiguration.class))
        .withPropertyValues(
            "afina.classifiers.intents.model=" + TinyModels.CLASSIFIER,
            "afina.classifiers.intents.gate=mine")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessage(
                        "afina.classifiers.intents.gate=mine: a model that is never replaced asks"
                            + " no gate"));
  }

  @Test
  void closing_closesTheModelThatServes() {
    application.run(
        context -> {
          ModelHandle<?, ?> handle = context.getBean(ModelHandle.class);
          context.getSourceApplicationContext().close();
          assertThatThrownBy(() -> handle.predict(TEXT))
              .isInstanceOf(IllegalStateException.class)
              .hasMessage("this ModelHandle is closed");
        });
  }
}
