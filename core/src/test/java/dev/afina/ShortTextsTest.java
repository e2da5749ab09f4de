package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.model.Golden;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many single short texts, as in a service. The build runs this without the Vector API and, in the
 * execution "vectors", with it: then Java computes most of them.
 */
@Timeout(120)
class ShortTextsTest {
  private static final boolean HAS_VECTORS =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  private static final List<String> TEXTS =
      List.of("so happy", "so happy, so very happy", "a", "what a day, and what a night it was!");

  @ParameterizedTest
  @ValueSource(strings = {"bert", "distilbert", "roberta"})
  void haveTheScoresThatTheyHaveInAList(String family) throws Exception {
    try (Classifier classifier = Classifier.load(Golden.path(family + "/model"))) {
      List<Prediction> expected = classifier.predict(TEXTS);
      long end = end();
      for (int i = 0; i < 200 || System.nanoTime() < end; i++) {
        int text = i % TEXTS.size();
        Prediction got = classifier.predict(TEXTS.get(text));
        assertThat(got.label()).isEqualTo(expected.get(text).label());
        assertThat(got.score()).isCloseTo(expected.get(text).score(), within(1e-5));
      }
    }
  }

  @Test
  void areComputedInJava_ifTheJvmHasTheModule() throws Exception {
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(HAS_VECTORS ? 60 : 1);
      while (!areInJava() && System.nanoTime() < end) {
        Object unused = classifier.predict("so happy");
      }
      assertThat(areInJava()).isEqualTo(HAS_VECTORS);
    }
  }

  /** Java is ready after about 1.5 s. */
  private static long end() {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HAS_VECTORS ? 2_500 : 0);
  }

  /** A thread that helps with a text. */
  private static boolean areInJava() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("afina-vector-0"));
  }

  @Test
  void leaveNoArray() throws Exception {
    int before = LiveArrays.count();
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      Object unused = classifier.predict("so happy");
      int loaded = LiveArrays.count();
      long end = end();
      for (int i = 0; i < 200 || System.nanoTime() < end; i++) {
        unused = classifier.predict("so happy");
      }
      assertThat(LiveArrays.count()).isEqualTo(loaded);
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
  }
}
