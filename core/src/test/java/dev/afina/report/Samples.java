package dev.afina.report;

import dev.afina.card.ModelFacts;
import dev.afina.card.TrainingFacts;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.metrics.MultiLabelPredictions;
import dev.afina.metrics.RegressionPredictions;
import dev.afina.metrics.SingleLabelPredictions;
import dev.afina.training.Schedule;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import dev.afina.training.TrainingResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Reports with made-up figures. */
final class Samples {
  static final Instant WRITTEN = Instant.parse("2026-03-04T05:06:07Z");
  static final Machine MACHINE =
      new Machine("A Processor", 8, 16L << 30, "An OS 1, x", "17.0.1, A Maker", 4L << 30);

  private Samples() {}

  /** A training of two epochs that was evaluated after each. */
  static ModelFacts model(List<String> labels) {
    List<Integer> counts = new ArrayList<>(Collections.nCopies(labels.size(), 0));
    counts.set(0, 2);
    counts.set(labels.size() - 1, counts.get(labels.size() - 1) + 1);
    Map<String, Double> first = new LinkedHashMap<>();
    first.put("loss", 0.75);
    first.put("accuracy", 0.5);
    Map<String, Double> second = new LinkedHashMap<>();
    second.put("loss", 0.5);
    second.put("accuracy", 0.75);
    TrainingResult result =
        TrainingResult.of(
            20,
            0.6,
            12.5,
            Duration.ofSeconds(90),
            List.of(
                TrainingListener.Epoch.of(1, 10, 0.8, first, Duration.ofSeconds(45), false),
                TrainingListener.Epoch.of(2, 20, 0.4, second, Duration.ofSeconds(45), true)));
    TrainingOptions options =
        TrainingOptions.standard().epochs(2).seed(7).schedule(Schedule.cosine());
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("checkpoint", "/home/somebody/base");
    settings.put("seed", "7");
    settings.put("loss", "cross entropy");
    settings.put("training data", "3 texts of digest 0123456789abcdef");
    TrainingFacts training =
        TrainingFacts.of("/home/somebody/base", options, result, 3, counts)
            .validationRows(4)
            .settings(settings);
    return ModelFacts.of(Labels.of(labels.toArray(String[]::new)), 128)
        .engine("An Engine 1.2")
        .training(training);
  }

  static TrainingReport report(List<String> labels) {
    return TrainingReport.of(model(labels)).made(WRITTEN, MACHINE);
  }

  static Dataset texts(String... texts) {
    return Dataset.of(
        IntStream.range(0, texts.length).mapToObj(i -> Example.of(texts[i])).toList());
  }

  private static Dataset numbered(int count) {
    return Dataset.of(
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    Example.of(
                        "This is text number %s, about as long as the message of a customer is who"
                                .formatted(i)
                            + " wants to know something."))
            .toList());
  }

  /** A classifier of any number of labels, right in about three of four cases. */
  static TrainingReport singleLabel(int labels) {
    Random random = new Random(1);
    List<String> names =
        IntStream.range(0, labels)
            .mapToObj(
                i ->
                    List.of("card arrival", "top up failed", "exchange", "pin").get(i % 4)
                        + " "
                        + i)
            .toList();
    int texts = 30 * labels;
    int[] truth = new int[texts];
    double[][] probabilities = new double[texts][labels];
    for (int i = 0; i < texts; i++) {
      truth[i] = random.nextInt(labels);
      int said =
          random.nextInt(4) > 0
              ? truth[i]
              : random.nextInt(3) > 0 ? (truth[i] + 1) % labels : random.nextInt(labels);
      double score = 1.0 / labels + (1 - 1.0 / labels) * (0.3 + 0.7 * random.nextDouble());
      for (int l = 0; l < labels; l++) {
        probabilities[i][l] = l == said ? score : (1 - score) / (labels - 1);
      }
    }
    return report(names)
        .evaluation(
            "test", numbered(texts), SingleLabelPredictions.of(truth, probabilities, names));
  }

  static TrainingReport multiLabel(int labels) {
    Random random = new Random(1);
    List<String> names = IntStream.range(0, labels).mapToObj(i -> "topic " + i).toList();
    int texts = 500;
    boolean[][] truth = new boolean[texts][labels];
    double[][] probabilities = new double[texts][labels];
    for (int i = 0; i < texts; i++) {
      for (int l = 0; l < labels; l++) {
        probabilities[i][l] = Math.pow(random.nextDouble(), 3);
        truth[i][l] = random.nextDouble() < 0.8 * probabilities[i][l] + 0.05;
      }
    }
    return report(names)
        .evaluation(
            "test", numbered(texts), MultiLabelPredictions.of(truth, probabilities, 0.5, names));
  }

  static TrainingReport regression(String... targets) {
    Random random = new Random(1);
    int texts = 2_500;
    double[][] truth = new double[texts][targets.length];
    double[][] predicted = new double[texts][targets.length];
    for (int i = 0; i < texts; i++) {
      for (int t = 0; t < targets.length; t++) {
        truth[i][t] = 1 + random.nextInt(41) / 10.0;
        predicted[i][t] = truth[i][t] + 0.4 * random.nextGaussian();
      }
    }
    List<String> names = new ArrayList<>(List.of(targets));
    return report(names)
        .evaluation("test", numbered(texts), RegressionPredictions.of(truth, predicted));
  }
}
