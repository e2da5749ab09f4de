package dev.afina.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
        assertThatIllegalArgumentException()
            .isThrownBy(() -> Labels.of("a", "b").name(12))
            .withMessage("label index 12, expected 0 to 1");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> Dataset.of(Example.of("t")).sample(12, 1))
            .withMessage("sample of 12 rows, expected 0 to 1, the size of the data set");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> Dataset.of(Example.of("t")).splitStratified(1.5, 1))
            .withMessage("train share 1.5, expected more than 0 and less than 1, such as 0.2");
        assertThat(SplitFiles.kind("TRAIN.JSONL.GZIP")).isEqualTo(SplitFiles.Kind.JSON_LINES);
      }
    } finally {
      Locale.setDefault(before);
    }
  }
}
