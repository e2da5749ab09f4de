package dev.afina.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/**
 * Compares with scikit-learn and scipy on random cases of every kind; interop/golden_figures.py
 * writes and describes the file.
 */
class GoldenFiguresTest {
  private static final double TOLERANCE = 1e-12;

  private String kind = "";
  private int number;
  private final Map<String, double[]> in = new HashMap<>();
  private final Map<String, Integer> columns = new HashMap<>();
  private final List<double[]> bins = new ArrayList<>();
  private final Map<String, Integer> compared = new TreeMap<>();
  private int undefined;

  @Test
  void figuresAndReports_equalScikitLearnAndScipy() throws IOException {
    try (InputStream file = GoldenFiguresTest.class.getResourceAsStream("/golden_figures.txt.gz");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(new GZIPInputStream(file), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
          case "case" -> begin(words[1]);
          case "in" -> input(words);
          case "bin" -> bins.add(numbers(words, 1));
          case "out" -> compare(words[1], number(words[2]));
          case "report" -> compareReport(Integer.parseInt(words[1]), lines);
          default -> throw new IOException("unknown line " + line);
        }
      }
    }
    assertThat(number).isEqualTo(762);
    assertThat(compared)
        .containsEntry("binary", 600)
        .containsEntry("single", 200 * 14)
        .containsEntry("multi", 150 * 22)
        .containsEntry("multi report", 150)
        .containsEntry("regression", 1000)
        .containsEntry("mcnemar", 34);
    assertThat(undefined).isGreaterThan(300);
  }

  private void begin(String newKind) {
    kind = newKind;
    number++;
    in.clear();
    columns.clear();
    bins.clear();
  }

  private void input(String[] words) {
    String[] name = words[1].split(":", -1);
    in.put(name[0], numbers(words, 2));
    columns.put(name[0], name.length == 1 ? 1 : Integer.parseInt(name[1]));
  }

  private void compare(String figure, double expected) {
    double actual =
        switch (kind) {
          case "binary" -> binary(figure);
          case "single" -> single(figure);
          case "multi" -> multi(figure);
          case "regression" -> RegressionMetrics.named(figure).of(regression());
          case "mcnemar" -> mcnemar(figure);
          default -> throw new AssertionError(kind);
        };
    String what = kind + " " + number + ", " + figure;
    if (Double.isNaN(expected)) {
      assertThat(actual).as(what).isNaN();
      undefined++;
    } else {
      double scale = Math.max(1, Math.abs(expected));
      assertThat(actual).as(what).isCloseTo(expected, within(TOLERANCE * scale));
    }
    compared.merge(kind, 1, Integer::sum);
  }

  private double binary(String figure) {
    boolean[] truth = sets("truth")[0];
    double[] scores = in.get("scores");
    return switch (figure) {
      case "roc_auc" -> RankingMetrics.rocAuc(truth, scores);
      case "average_precision" -> RankingMetrics.averagePrecision(truth, scores);
      default -> calibrationError(Calibration.of(truth, scores, whole("bins")[0]));
    };
  }

  private double single(String figure) {
    int[] truth = whole("truth");
    double[][] scores = rows("scores");
    List<String> labels = IntStream.range(0, scores[0].length).mapToObj(Integer::toString).toList();
    SingleLabelPredictions predictions = SingleLabelPredictions.of(truth, scores, labels);
    String last = figure.substring(figure.lastIndexOf('_') + 1);
    if (figure.contains("_of_")) {
      return switch (figure.substring(0, figure.indexOf('_'))) {
        case "f1" -> SingleLabelMetrics.f1(last).of(predictions);
        case "precision" -> SingleLabelMetrics.precision(last).of(predictions);
        default -> SingleLabelMetrics.recall(last).of(predictions);
      };
    }
    if (figure.startsWith("roc_auc_")) {
      return RankingMetrics.rocAuc(truth, scores, averaging(last));
    }
    if (figure.startsWith("average_precision_")) {
      return RankingMetrics.averagePrecision(truth, scores, averaging(last));
    }
    return switch (figure) {
      case "top_k_accuracy" -> SingleLabelMetrics.topKAccuracy(whole("k")[0]).of(predictions);
      case "calibration_error" -> calibrationError(Calibration.of(truth, scores, whole("bins")[0]));
      default -> SingleLabelMetrics.named(figure).of(predictions);
    };
  }

  private double multi(String figure) {
    boolean[][] truth = sets("truth");
    double[][] scores = rows("scores");
    MultiLabelPredictions predictions = multiLabel();
    int cut = figure.lastIndexOf('_');
    return switch (figure.substring(0, cut)) {
      case "precision" -> predictions.matrix().precision(averaging(figure.substring(cut + 1)));
      case "recall" -> predictions.matrix().recall(averaging(figure.substring(cut + 1)));
      case "f1" -> predictions.matrix().f1(averaging(figure.substring(cut + 1)));
      case "roc_auc" -> RankingMetrics.rocAuc(truth, scores, averaging(figure.substring(cut + 1)));
      case "average_precision" ->
          RankingMetrics.averagePrecision(truth, scores, averaging(figure.substring(cut + 1)));
      default -> MultiLabelMetrics.named(figure).of(predictions);
    };
  }

  private double mcnemar(String figure) {
    int[] counts = whole("counts");
    McNemarTest test = new McNemarTest(counts[0], counts[1]);
    return switch (figure) {
      case "exact" -> test.exactPValue();
      case "chi_square" -> test.chiSquare();
      default -> test.chiSquarePValue();
    };
  }

  private double calibrationError(Calibration calibration) {
    assertThat(calibration.bins()).as(kind + " " + number).hasSize(bins.size());
    for (int i = 0; i < bins.size(); i++) {
      Calibration.Bin bin = calibration.bins().get(i);
      assertThat(
              new double[] {
                bin.lower(), bin.upper(), bin.count(), bin.meanProbability(), bin.shareTrue()
              })
          .as(kind + " " + number)
          .containsExactly(bins.get(i), within(TOLERANCE));
    }
    return calibration.expectedError();
  }

  private void compareReport(int digits, BufferedReader lines) throws IOException {
    StringBuilder expected = new StringBuilder();
    for (lines.mark(1); lines.read() == '|'; lines.mark(1)) {
      expected.append(lines.readLine()).append('\n');
    }
    lines.reset();
    assertThat(multiLabel().matrix().report().digits(digits).toString())
        .as(kind + " " + number)
        .isEqualTo(expected.toString());
    compared.merge(kind + " report", 1, Integer::sum);
  }

  private MultiLabelPredictions multiLabel() {
    List<String> labels =
        IntStream.range(0, columns.get("truth")).mapToObj(i -> "label " + i).toList();
    return MultiLabelPredictions.of(sets("truth"), rows("scores"), 0.5, labels);
  }

  private RegressionPredictions regression() {
    return RegressionPredictions.of(rows("truth"), rows("predicted"));
  }

  private static Averaging averaging(String name) {
    return Averaging.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private int[] whole(String name) {
    return Arrays.stream(in.get(name)).mapToInt(value -> (int) value).toArray();
  }

  private double[][] rows(String name) {
    double[] values = in.get(name);
    int width = columns.get(name);
    return IntStream.range(0, values.length / width)
        .mapToObj(i -> Arrays.copyOfRange(values, i * width, (i + 1) * width))
        .toArray(double[][]::new);
  }

  /** The rows of 0 and 1; of an array without columns one row. */
  private boolean[][] sets(String name) {
    double[][] rows = columns.get(name) == 1 ? new double[][] {in.get(name)} : rows(name);
    boolean[][] sets = new boolean[rows.length][rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows[i].length; j++) {
        sets[i][j] = rows[i][j] == 1;
      }
    }
    return sets;
  }

  private static double[] numbers(String[] words, int from) {
    return Arrays.stream(words, from, words.length)
        .mapToDouble(GoldenFiguresTest::number)
        .toArray();
  }

  private static double number(String word) {
    return word.equals("nan") ? Double.NaN : Double.parseDouble(word);
  }
}
