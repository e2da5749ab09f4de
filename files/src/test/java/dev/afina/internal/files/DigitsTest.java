package dev.afina.internal.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class DigitsTest {
  @Test
  void metric_ofAnySize_says4Digits() {
    assertThat(Digits.metric(0.5)).isEqualTo("0.5000");
    assertThat(Digits.metric(0)).isEqualTo("0.0000");
    assertThat(Digits.metric(0.001)).isEqualTo("0.0010");
    assertThat(Digits.metric(0.00052345)).isEqualTo("5.234e-4");
    assertThat(Digits.metric(3e-7)).isEqualTo("3e-7");
    assertThat(Digits.metric(-999.9)).isEqualTo("-999.9000");
    assertThat(Digits.metric(12345.678)).isEqualTo("12350");
    assertThat(Digits.metric(2.5e13)).isEqualTo("2.5e13");
    assertThat(Digits.metric(Double.NaN)).isEqualTo("–");
    assertThat(Digits.metric(Double.POSITIVE_INFINITY)).isEqualTo("–");
  }

  @Test
  void metric_isAlikeInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(Digits.metric(0.5)).isEqualTo("0.5000");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void rounded_keepsSizeAndSign() {
    assertThat(Digits.rounded(0.1234565, 6)).isEqualTo(0.123456);
    assertThat(Digits.rounded(-12345678.9, 6)).isEqualTo(-12345700);
    assertThat(Digits.rounded(3.00000049e-7, 6)).isEqualTo(3e-7);
    assertThat(Digits.rounded(1.7e308, 1)).isInfinite();
  }
}
