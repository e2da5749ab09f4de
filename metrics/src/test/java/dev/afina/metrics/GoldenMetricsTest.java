package dev.afina.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/**
 * Compares with scikit-learn on 1,000 random cases; interop/golden_metrics.py writes and describes
 * the file.
 */
class GoldenMetricsTest {
  private static final double TOLERANCE = 1e-12;

  private String name = "";
  private List<String> labels = List.of();
  private int[] truth = {};
  private int[] predicted = {};
  private double[] probabilities = {};
  private ConfusionMatrix matrix = ConfusionMatrix.of(new int[1], new int[1], 1);

  private int cases;
  private int comparedValues;
  private int comparedLosses;
  private int comparedReports;

  @Test
  void metricsAndReports_equalScikitLearn() throws IOException {
    try (InputStream file = GoldenMetricsTest.class.getResourceAsStream("/golden_metrics.txt.gz");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(new GZIPInputStream(file), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int space = line.indexOf(' ');
        compare(line.substring(0, space), line.substring(space + 1), lines);
      }
    }
    assertThat(cases).isEqualTo(1_000);
    assertThat(comparedReports).isEqualTo(3_000);
    assertThat(comparedValues).isGreaterThan(30_000);
    assertThat(comparedLosses).isGreaterThan(200);
  }

  private void compare(String key, String value, BufferedReader lines) throws IOException {
    switch (key) {
      case "case" -> {
        name = "case " + value;
        cases++;
      }
      case "labels" -> labels = List.of(value.split("\t", -1));
      case "truth" -> truth = digits(value);
      case "predicted" -> {
        predicted = digits(value);
        matrix = ConfusionMatrix.of(truth, predicted, labels);
      }
      case "confusion" -> compareConfusion(value.split(" ", -1));
      case "precision" -> {
        double[] expected = numbers(value);
        compareClasses(key, expected, matrix::precision);
        compareAverages(key, expected, matrix::precision);
      }
      case "recall" -> {
        double[] expected = numbers(value);
        compareClasses(key, expected, matrix::recall);
        compareAverages(key, expected, matrix::recall);
      }
      case "f1" -> {
        double[] expected = numbers(value);
        compareClasses(key, expected, matrix::f1);
        compareAverages(key, expected, matrix::f1);
      }
      case "scores" -> {
        double[] expected = numbers(value);
        compareValue("accuracy", matrix.accuracy(), expected[0]);
        compareValue("balanced accuracy", matrix.balancedAccuracy(), expected[1]);
        compareValue("Matthews correlation", matrix.matthewsCorrelation(), expected[2]);
      }
      case "probabilities" -> probabilities = numbers(value);
      case "logloss" -> {
        double loss = ProbabilityMetrics.logLoss(truth, rows(probabilities, labels.size()));
        compareValue(key, loss, Double.parseDouble(value));
        comparedLosses++;
      }
      case "report" -> compareReport(value, lines);
      default -> throw new IOException(name + ": unknown line " + key);
    }
  }

  private void compareConfusion(String[] counts) {
    int classes = labels.size();
    for (int i = 0; i < classes * classes; i++) {
      assertThat(matrix.count(i / classes, i % classes))
          .as(name)
          .isEqualTo(Integer.parseInt(counts[i]));
    }
  }

  private interface ClassScore {
    double of(int classIndex);
  }

  private interface AverageScore {
    double of(Averaging averaging);
  }

  private void compareClasses(String what, double[] expected, ClassScore actual) {
    for (int c = 0; c < labels.size(); c++) {
      compareValue(what + " of class " + c, actual.of(c), expected[c]);
    }
  }

  private void compareAverages(String what, double[] expected, AverageScore actual) {
    Averaging[] order = {Averaging.MICRO, Averaging.MACRO, Averaging.WEIGHTED};
    for (int i = 0; i < order.length; i++) {
      compareValue(what + " " + order[i], actual.of(order[i]), expected[labels.size() + i]);
    }
  }

  private void compareValue(String what, double actual, double expected) {
    assertThat(actual).as(name + ", " + what).isCloseTo(expected, within(TOLERANCE));
    comparedValues++;
  }

  private void compareReport(String options, BufferedReader lines) throws IOException {
    String[] digitsAndClasses = options.split(" ", 2);
    ClassificationReport report =
        ClassificationReport.of(matrix).digits(Integer.parseInt(digitsAndClasses[0]));
    String classes = digitsAndClasses[1];
    if (!classes.equals("seen")) {
      report =
          report.classes(
              Arrays.stream(classes.split(",", -1)).mapToInt(Integer::parseInt).toArray());
    }
    StringBuilder expected = new StringBuilder();
    for (lines.mark(1); lines.read() == '|'; lines.mark(1)) {
      expected.append(lines.readLine()).append('\n');
    }
    lines.reset();
    assertThat(report.toString()).as(name + ", report " + options).isEqualTo(expected.toString());
    comparedReports++;
  }

  private static int[] digits(String text) {
    return text.chars().map(digit -> Character.digit(digit, 36)).toArray();
  }

  private static double[] numbers(String text) {
    return Arrays.stream(text.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  private static double[][] rows(double[] values, int columns) {
    double[][] rows = new double[values.length / columns][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(values, i * columns, (i + 1) * columns);
    }
    return rows;
  }
}
