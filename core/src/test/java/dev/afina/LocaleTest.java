package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.data.Labels;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Digits and letters of messages are the same wherever the JVM runs. */
class LocaleTest {

  @Test
  void digitsAndLetters_areNotTheLocales() {
    Locale before = Locale.getDefault();
    try {
      for (Locale locale :
          new Locale[] {Locale.forLanguageTag("ar-EG"), Locale.forLanguageTag("tr-TR")}) {
        Locale.setDefault(locale);
        assertThat(String.format("%d", 10).equals("10")) // what would go wrong
            .isEqualTo(locale.getLanguage().equals("tr"));
        assertThat(new Prediction(Labels.of("a", "b"), new float[] {1, 1}))
            .hasToString("a (0.500)");
      }
    } finally {
      Locale.setDefault(before);
    }
  }
}
