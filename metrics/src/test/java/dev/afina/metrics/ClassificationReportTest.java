package dev.afina.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClassificationReportTest {
  private static final ConfusionMatrix MATRIX =
      ConfusionMatrix.of(
          new int[] {0, 0, 1, 1, 2, 2, 2},
          new int[] {0, 1, 1, 1, 2, 2, 0},
          List.of("neg", "neu", "pos", "mixed"));

  private final ClassificationReport report = ClassificationReport.of(MATRIX);

  @Test
  void toString_layoutOfScikitLearn() {
    assertThat(report)
        .hasToString(
            """
                          precision    recall  f1-score   support

                     neg       0.50      0.50      0.50         2
                     neu       0.67      1.00      0.80         2
                     pos       1.00      0.67      0.80         3

                accuracy                           0.71         7
               macro avg       0.72      0.72      0.70         7
            weighted avg       0.76      0.71      0.71         7
            """);
  }

  @Test
  void digits_moreThanTheColumn_widenIt() {
    assertThat(report.digits(4).toString())
        .contains("\n    accuracy                         0.7143         7\n");
    assertThat(report.digits(13).toString())
        .startsWith("               precision    recall  f1-score   support\n")
        .contains("\n          neu  0.6666666666667 1.0000000000000 0.8000000000000         2\n");
  }

  @Test
  void classes_notAllThatOccur_showMicroAverage() {
    assertThat(report.classes(2, 0))
        .hasToString(
            """
                          precision    recall  f1-score   support

                     pos       1.00      0.67      0.80         3
                     neg       0.50      0.50      0.50         2

               micro avg       0.75      0.60      0.67         5
               macro avg       0.75      0.58      0.65         5
            weighted avg       0.80      0.60      0.68         5
            """);
  }

  @Test
  void allClasses_listThoseThatNeverOccur() {
    assertThat(report.allClasses().toString())
        .contains("\n       mixed       0.00      0.00      0.00         0\n")
        .contains("\n    accuracy                           0.71         7\n")
        .contains("\n   macro avg       0.54      0.54      0.53         7\n");
  }

  @Test
  void toString_nothingRight_printsSupportAsScikitLearnDoes() {
    ConfusionMatrix wrong = ConfusionMatrix.of(new int[] {0, 1, 1}, new int[] {1, 0, 0}, 2);
    assertThat(ClassificationReport.of(wrong))
        .hasToString(
            """
                          precision    recall  f1-score   support

                       0       0.00      0.00      0.00       1.0
                       1       0.00      0.00      0.00       2.0

                accuracy                           0.00       3.0
               macro avg       0.00      0.00      0.00       3.0
            weighted avg       0.00      0.00      0.00       3.0
            """);
  }

  @Test
  void options_leaveTheReportUnchanged() {
    int[] classes = {0, 1};
    ClassificationReport some = report.classes(classes);
    String before = some.toString();
    classes[0] = 2;
    some.digits(5).allClasses();
    assertThat(some).hasToString(before);
  }

  @Test
  void decimal_roundsTheExactBinaryValueHalfToEven() {
    assertThat(Text.decimal(0.125, 2)).isEqualTo("0.12");
    assertThat(Text.decimal(0.375, 2)).isEqualTo("0.38");
    assertThat(Text.decimal(0.145, 2)).isEqualTo("0.14"); // 0.1449999…
    assertThat(Text.decimal(0.285, 2)).isEqualTo("0.28"); // 0.2849999…
    assertThat(Text.decimal(0.575, 2)).isEqualTo("0.57"); // 0.5749999…
    assertThat(Text.decimal(0.5, 0)).isEqualTo("0");
    assertThat(Text.decimal(0, 3)).isEqualTo("0.000");
    assertThat(Text.decimal(0.1, 20)).isEqualTo("0.10000000000000000555");
  }

  @Test
  void of_null_isRefused() {
    assertThatThrownBy(() -> ClassificationReport.of(null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("matrix: null, expected a ConfusionMatrix");
  }

  @Test
  void digits_negative_isRefused() {
    assertThatThrownBy(() -> report.digits(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("digits: -1, expected 0 or more");
  }

  @Test
  void classes_bad_areRefused() {
    assertThatThrownBy(() -> report.classes())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("classes: empty, expected at least one class index");
    assertThatThrownBy(() -> report.classes(0, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("classes[1]: 4, expected 0 to 3 for 4 classes");
    assertThatThrownBy(() -> report.classes(1, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("classes: [1, 0, 1], expected each class once");
  }
}
