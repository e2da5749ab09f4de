package dev.afina.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.Classifier;
import dev.afina.DeadlineExceededException;
import dev.afina.Estimate;
import dev.afina.ModelListener;
import dev.afina.MultiLabelClassifier;
import dev.afina.Prediction;
import dev.afina.Predictor;
import dev.afina.Regressor;
import dev.afina.TextModel;
import dev.afina.testing.TinyModels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.MapPropertySource;
import org.springframework.javapoet.ClassName;

/** Which beans an application has for its properties, and what it says where it does not start. */
class AfinaAutoConfigurationTest {
  private static final ResolvableType PREDICTOR =
      ResolvableType.forClassWithGenerics(Predictor.class, Prediction.class);

  private static final Path METADATA =
      Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json");

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(AfinaAutoConfiguration.class));

  @Test
  void withoutProperties_thereIsNoModel() {
    application.run(
        context ->
            assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean(Classifier.class)
                .satisfies(c -> assertThat(isHeld(c)).isFalse()));
  }

  @Test
  void oneModel_isFoundByTypeAndByWhatItPredicts() {
    application
        .withPropertyValues("afina.classifiers.intents.model=" + TinyModels.CLASSIFIER)
        .run(
            context -> {
              Classifier intents = context.getBean(Classifier.class);
              assertThat(context.getBean("intents")).isSameAs(intents);
              assertThat(isHeld(context)).isTrue();
              assertThat(context.getBeanProvider(PREDICTOR).getObject()).isSameAs(intents);
              assertThat(intents.predict("I lost my card").label())
                  .isEqualTo("lost_or_stolen_card");
            });
  }

  /** Whether the exit of the JVM waits for this application. */
  private static boolean isHeld(ConfigurableApplicationContext context) {
    return context.getBeanFactory().containsSingleton("afinaExitHold");
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnModelConfiguration {
    @Bean
    Classifier own() throws IOException {
      return Classifier.load(TinyModels.CLASSIFIER);
    }
  }

  @Test
  void aModelOfTheApplicationsOwn_holdsTheExitToo_andIsClosedBefore() {
    application
        .withUserConfiguration(OwnModelConfiguration.class)
        .run(
            context -> {
              assertThat(isHeld(context)).isTrue();
              assertThat(context.getBeanFactory().getDependentBeans("afinaExitHold"))
                  .containsExactly("own");
            });
  }

  @Configuration(proxyBeanMethods = false)
  static class ListenerConfiguration {
    final List<String> told = new CopyOnWriteArrayList<>();

    @Bean
    ModelListener diary() {
      return new ModelListener() {
        @Override
        public void answered(Answer answer) {
          told.add(answer.predictions().get(0).toString());
        }
      };
    }
  }

  @Test
  void aListenerOfTheApplication_isToldOfEveryModel() {
    application
        .withUserConfiguration(ListenerConfiguration.class)
        .withPropertyValues(
            "afina.classifiers.intents.model=" + TinyModels.CLASSIFIER,
            "afina.regressors.count.model=" + TinyModels.REGRESSOR)
        .run(
            context -> {
              List<String> told = context.getBean(ListenerConfiguration.class).told;
              Prediction intent = context.getBean(Classifier.class).predict("I lost my card");
              Estimate number = context.getBean(Regressor.class).predict("I lost my card");
              assertThat(told).containsExactly(intent.toString(), number.toString());
            });
  }

  /** Fails once the model is loaded, as meters do whose registry does. */
  @Configuration(proxyBeanMethods = false)
  static class FailingConfiguration {
    static final List<TextModel<?, ?>> SEEN = new CopyOnWriteArrayList<>();

    @Bean
    ModelObserver failing() {
      return new ModelObserver() {
        @Override
        public ModelListener listenerOf(String name) {
          return new ModelListener() {};
        }

        @Override
        public void ready(String name, TextModel<?, ?> model) {
          SEEN.add(model);
          throw new IllegalStateException("no meters today");
        }
      };
    }
  }

  @Test
  void anObserverThatFails_leavesNoModelOpen() {
    FailingConfiguration.SEEN.clear();
    application
        .withUserConfiguration(FailingConfiguration.class)
        .withPropertyValues("afina.classifiers.intents.model=" + TinyModels.CLASSIFIER)
        .run(
            context -> assertThat(context).getFailure().hasStackTraceContaining("no meters today"));
    assertThat(FailingConfiguration.SEEN).hasSize(1);
    assertThatThrownBy(() -> FailingConfiguration.SEEN.get(0).predict("I lost my card"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this Classifier is closed");
  }

  record Desk(
      Classifier first, Predictor<Prediction> second, MultiLabelClassifier tags, Regressor count) {}

  @Configuration(proxyBeanMethods = false)
  static class DeskConfiguration {
    @Bean
    Desk desk(
        Classifier intents,
        @Qualifier("fast-intents") Predictor<Prediction> other,
        MultiLabelClassifier tags,
        Regressor count) {
      return new Desk(intents, other, tags, count);
    }
  }

  @Test
  void severalModels_areFoundByNameAndQualifier() {
    application
        .withUserConfiguration(DeskConfiguration.class)
        .withPropertyValues(
            "afina.classifiers.intents.model=" + TinyModels.CLASSIFIER,
            "afina.classifiers.fast-intents.model=" + TinyModels.CLASSIFIER,
            "afina.classifiers.fast-intents.precision=bfloat16",
            "afina.classifiers.fast-intents.max-tokens=12",
            "afina.multi-label-classifiers.tags.model=" + TinyModels.MULTI_LABEL_CLASSIFIER,
            "afina.regressors.count.model=" + TinyModels.REGRESSOR)
        .run(
            context -> {
              Desk desk = context.getBean(Desk.class);
              assertThat(desk.first()).isSameAs(context.getBean("intents"));
              assertThat(desk.second()).isSameAs(context.getBean("fast-intents"));
              Prediction exact = desk.first().predict("Can I change my PIN abroad?");
              Prediction fast = desk.second().predict("Can I change my PIN abroad?");
              assertThat(fast.label()).isEqualTo("change_pin").isEqualTo(exact.label());
              assertThat(fast).as("in bfloat16").isNotEqualTo(exact);
              assertThat(context.getBean("fast-intents", Classifier.class).maxTokens())
                  .isEqualTo(12);
              assertThat(desk.tags().predict("I lost my card").labels())
                  .containsExactly("lost_or_stolen_card");
              assertThat(desk.count().predict("Where is my card?").value()).isBetween(0.5, 1.5);
              assertThat(
                      org.assertj.core.api.Assertions.catchThrowable(
                          () -> context.getBean(Classifier.class)))
                  .isInstanceOf(NoUniqueBeanDefinitionException.class);
            });
  }

  @Test
  void limits_areTheModels() {
    application
        .withPropertyValues(
            "afina.classifiers.intents.model=" + TinyModels.CLASSIFIER,
            "afina.classifiers.intents.deadline=1ns")
        .run(
            context ->
                assertThatThrownBy(
                        () -> context.getBean(Classifier.class).predict("I lost my card"))
                    .isInstanceOf(DeadlineExceededException.class));
    assertFailure(
        "afina.classifiers.intents.max-tokens=0",
        "afina.classifiers.intents.model=" + TinyModels.CLASSIFIER + ": maxTokens: ",
        "Correct the property",
        "afina.classifiers.intents.model=" + TinyModels.CLASSIFIER);
    assertFailure(
        "afina.classifiers.intents.tokens-in-flight=0",
        "afina.classifiers.intents.model=" + TinyModels.CLASSIFIER + ": tokensInFlight: expected 1",
        "Correct the property",
        "afina.classifiers.intents.model=" + TinyModels.CLASSIFIER);
  }

  @Test
  void wrongPath_isOneClearMessage() {
    assertFailure(
        "afina.classifiers.intents.model=no/such/folder",
        "afina.classifiers.intents.model=no/such/folder: ",
        "Correct the property: a folder, classpath:folder, or owner/name on the Hugging Face Hub,"
            + " with a model of the kind that its group says.");
  }

  @Test
  void wrongKindOfModel_isOneClearMessage() {
    assertFailure(
        "afina.regressors.intents.model=" + TinyModels.CLASSIFIER,
        "afina.regressors.intents.model=" + TinyModels.CLASSIFIER + ": ",
        "Correct the property");
  }

  @Test
  void missingModel_isOneClearMessage() {
    assertFailure(
        "afina.classifiers.intents.precision=int8",
        "afina.classifiers.intents.model: it is not set",
        "Set it to a folder, classpath:folder, or owner/name on the Hugging Face Hub.");
  }

  @Test
  void missingLockFile_isOneClearMessage(@TempDir Path folder) {
    application
        .withPropertyValues(
            "afina.classifiers.intents.model=acme/tickets",
            "afina.classifiers.intents.lock-file=" + folder.resolve("afina.lock"))
        .run(
            context ->
                assertThat(analysis(context.getStartupFailure()).getDescription())
                    .contains("afina.lock"));
  }

  @Test
  void oneNameForTwoModels_isOneClearMessage() {
    application
        .withPropertyValues(
            "afina.classifiers.intents.model=" + TinyModels.CLASSIFIER,
            "afina.regressors.intents.model=" + TinyModels.REGRESSOR)
        .run(
            context ->
                assertThat(analysis(context.getStartupFailure()).getDescription())
                    .isEqualTo("afina.regressors.intents: there is another bean \"intents\""));
  }

  @Test
  void folder_isReadAsItIs(@TempDir Path folder) throws Exception {
    for (String file :
        new String[] {
          "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"
        }) {
      String resource = TinyModels.CLASSIFIER.substring("classpath:".length()) + file;
      try (InputStream in = TinyModels.class.getClassLoader().getResourceAsStream(resource)) {
        Files.copy(in, folder.resolve(file));
      }
    }
    application
        .withPropertyValues("afina.classifiers.intents.model=" + folder)
        .run(context -> assertThat(context).hasNotFailed().hasSingleBean(Classifier.class));
  }

  /** As docs/spring-boot.md says: neither Spring's AOT nor, therefore, a native image. */
  @Test
  void aheadOfTime_isNothingThatSpringCanDo() {
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context
          .getEnvironment()
          .getPropertySources()
          .addFirst(
              new MapPropertySource(
                  "test", Map.of("afina.classifiers.intents.model", TinyModels.CLASSIFIER)));
      context.register(AfinaAutoConfiguration.class);
      DefaultGenerationContext generated =
          new DefaultGenerationContext(
              new ClassNameGenerator(ClassName.get("com.example", "App")),
              new InMemoryGeneratedFiles());
      assertThatThrownBy(
              () -> new ApplicationContextAotGenerator().processAheadOfTime(context, generated))
          .hasMessageContaining("instance supplier is not supported");
    }
  }

  @Test
  void metadata_hasOurProperties() throws Exception {
    assertThat(Files.readString(METADATA))
        .contains("\"afina.classifiers\"", "\"afina.multi-label-classifiers\"", "by bean name");
  }

  private void assertFailure(String property, String description, String action, String... more) {
    application
        .withPropertyValues(property)
        .withPropertyValues(more)
        .run(
            context -> {
              FailureAnalysis analysis = analysis(context.getStartupFailure());
              assertThat(analysis.getDescription())
                  .startsWith(description)
                  .hasSizeGreaterThanOrEqualTo(description.length())
                  .doesNotContain("\n");
              assertThat(analysis.getAction()).startsWith(action);
            });
  }

  private static FailureAnalysis analysis(Throwable failure) {
    FailureAnalysis analysis = new ModelFailureAnalyzer().analyze(failure);
    assertThat(analysis).as("analysis of %s", failure).isNotNull();
    return analysis;
  }
}
