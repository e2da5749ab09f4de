package dev.afina.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.Classifier;
import dev.afina.MultiLabelClassifier;
import dev.afina.Regressor;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.metrics.SingleLabelMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tiny models answer sensibly; asserted as a user would. */
class TinyModelsTest {
  private static final Path QUESTIONS = Path.of("src", "test", "resources", "questions.csv");

  private static Classifier model;
  private static ClassifierAssertions intents;
  private static Dataset questions;

  @BeforeAll
  static void load() throws IOException {
    model = TinyModels.classifier();
    intents = ClassifierAssertions.of(model);
    questions = Dataset.csv(QUESTIONS);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void questionsThatItNeverSaw_areUnderstood() {
    intents.hasAccuracy(0.9, questions).has(SingleLabelMetrics.MACRO_F1, 0.9, questions);
  }

  @Test
  void plainQuestions_haveTheirIntent() {
    intents
        .predicts("card_arrival", "Where is my new card?", "My card has not arrived yet")
        .predicts("exchange_rate", "What is the exchange rate?")
        .predicts("lost_or_stolen_card", "I lost my card", "My card was stolen!")
        .predicts("change_pin", "How do I change my PIN?")
        .predicts("terminate_account", "Please close my account")
        .predicts("age_limit", "How old do I have to be to open an account?");
  }

  @Test
  void edits_leaveMostLabels() {
    List<String> texts = questions.stream().map(Example::text).toList();
    intents
        .keepsLabels(Edit.upperCase(), texts)
        .keepsLabels(Edit.extraSpaces(), texts)
        .keepsLabels(0.95, Edit.withoutPunctuation(), texts)
        .keepsLabels(0.8, Edit.typos(1, 42), texts)
        .keepsLabels(0.95, Edit.append("Thank you!"), texts)
        .scoreDoesNotFall("lost_or_stolen_card", 0.05, Edit.append("It was stolen!"), texts);
  }

  @Test
  void severalQuestions_haveSeveralLabels() throws IOException {
    try (MultiLabelClassifier several = TinyModels.multiLabelClassifier()) {
      MultiLabelAssertions.of(several)
          .predicts(Set.of("change_pin"), "How do I change my PIN?")
          .predicts(
              Set.of("change_pin", "exchange_rate"),
              "How do I change my PIN? What is the exchange rate?");
    }
  }

  @Test
  void questions_areCounted() throws IOException {
    try (Regressor count = TinyModels.regressor()) {
      RegressorAssertions.of(count)
          .predicts(1, 0.4, "How do I change my PIN?")
          .predicts(3, 0.4, "How do I change my PIN? What is the exchange rate? Where is my card?")
          .keepsValues(0.3, Edit.upperCase(), List.of("Where is my card?"));
    }
  }

  @Test
  void models_areSmall() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "resources"))) {
      assertThat(files.filter(Files::isRegularFile).mapToLong(TinyModelsTest::size).sum())
          .isLessThan(500_000);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
