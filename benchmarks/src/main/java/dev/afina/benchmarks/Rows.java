package dev.afina.benchmarks;

import dev.afina.benchmarks.SingleTextRows.Java;
import dev.afina.internal.model.Architectures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All rows of the table, with their goals. */
final class Rows {
  private static final String EMOTION =
      "fine-tune MiniLM-L6 on tweeteval_emotion, batch 16, 60 tokens, dropout 0.1";

  private static final List<Row> OF_MINILM =
      List.of(
          training(
              "train-emotion-padded",
              EMOTION,
              3.0,
              TrainingRow.standard("HF Trainer, padded to 60", TrainingSetting.EMOTION)
                  .withPadding()),
          training(
              "train-emotion",
              EMOTION,
              3.0,
              TrainingRow.standard("HF Trainer, padded to the longest", TrainingSetting.EMOTION)),
          training(
              "train-emotion-grouped",
              EMOTION,
              2.0,
              TrainingRow.standard("HF Trainer, group_by_length", TrainingSetting.EMOTION)
                  .grouped()),
          training(
              "train-banking77",
              "fine-tune MiniLM-L6 on banking77, batch 16",
              3.5,
              TrainingRow.standard("HF Trainer, default", TrainingSetting.BANKING77)),
          training(
              "train-emotion-bf16",
              EMOTION + ", bf16",
              1.5,
              TrainingRow.standard("HF Trainer, bf16, group_by_length", TrainingSetting.EMOTION)
                  .grouped()
                  .inBfloat16()),
          training(
              "train-base-imdb",
              "fine-tune a BERT-base-sized model on imdb, batch 8, 256 tokens",
              2.5,
              TrainingRow.standard("HF Trainer, default", TrainingSetting.IMDB)),
          prediction(
              "predict-pipeline", "predict 1,421 tweets, batched", 5.0, PredictionRows::pipeline),
          prediction(
              "predict-onnx",
              "predict 1,421 tweets, batched, sorted by length on both sides",
              1.6,
              PredictionRows::onnx),
          single(
              "predict-one",
              "predict one tweet at a time, p50",
              lab -> SingleTextRows.tweets(lab, Java.AS_IT_COMES)),
          single(
              "predict-one-8",
              "predict one text of 8 tokens at a time, p50",
              lab -> SingleTextRows.ofTokens(lab, 8, Java.AS_IT_COMES)),
          single(
              "predict-one-vectors",
              "predict one tweet at a time in Java, with the Vector API, p50",
              lab -> SingleTextRows.tweets(lab, Java.VECTORS)),
          single(
              "predict-one-8-vectors",
              "predict one text of 8 tokens at a time in Java, with the Vector API, p50",
              lab -> SingleTextRows.ofTokens(lab, 8, Java.VECTORS)),
          single(
              "predict-one-128",
              "predict one text of 128 tokens at a time, p50",
              lab -> SingleTextRows.ofTokens(lab, 128, Java.AS_IT_COMES)),
          single(
              "predict-one-int8", "int8 predict, one tweet at a time, p50", SingleTextRows::int8),
          single(
              "predict-one-float16",
              "predict one tweet at a time with weights of 16 bits, p50",
              SingleTextRows::float16Weights),
          prediction("predict-int8", "int8 predict, batched", 1.0, PredictionRows::int8),
          prediction(
              "predict-concurrent",
              "16 threads call predict(one text), against one batched call",
              0.9,
              PredictionRows::concurrent),
          new Row(
              "predict-mixed-lengths",
              "p99 of tweets from 8 callers beside 8 with texts of 100,000 characters, alone and in"
                  + " lists, against the tweets alone",
              Unit.MILLISECONDS,
              Goal.atLeast(0.2),
              ServingRows::mixedLengths),
          prediction(
              "mc-dropout",
              "32 tweets, 50 passes with dropout each: mean scores",
              1.0,
              ServingRows::dropout),
          new Row(
              "efficiency",
              "useful FLOPs of a training step / GEMM peak of the same run, emotion",
              Unit.GFLOP_PER_SECOND,
              Goal.atLeast(0.75),
              MachineRows::efficiency),
          new Row(
              "memory",
              "peak memory of fine-tuning on tweeteval_emotion",
              Unit.MEBIBYTES,
              Goal.atMost(0.7),
              lab -> MachineRows.memory(lab, TrainingSetting.EMOTION)),
          new Row(
              "memory-base",
              "peak memory of fine-tuning a BERT-base-sized model on imdb, batch 8, 256 tokens",
              Unit.MEBIBYTES,
              Goal.atMost(1.0),
              lab -> MachineRows.memory(lab, TrainingSetting.IMDB)),
          new Row(
              "startup",
              "process start to first prediction, native libraries already extracted",
              Unit.SECONDS,
              Goal.atMost(0.2),
              MachineRows::startup),
          new Row(
              "tokenizers",
              "token ids of 1,421 film reviews, WordPiece, all cores",
              Unit.MEGABYTES_PER_SECOND,
              Goal.atLeast(1.0),
              TokenizerRow::measure),
          prediction(
              "spark-score",
              "score 5,684 tweets on Spark's local mode, against one call without Spark",
              0.9,
              SparkRow::score));

  private Rows() {}

  /** MiniLM's, then two of each family. */
  static List<Row> all() {
    return Stream.concat(OF_MINILM.stream(), families()).toList();
  }

  /** In each family as large as MiniLM: prediction and training, which nobody set a goal for. */
  private static Stream<Row> families() {
    return Architectures.modelTypes().stream()
        .flatMap(
            family ->
                Stream.of(
                    prediction(
                        "predict-" + family,
                        family + " of MiniLM's size, random weights: predict 1,421 tweets, batched",
                        1.0,
                        lab -> PredictionRows.family(lab, family)),
                    training(
                        "train-" + family,
                        family
                            + " of MiniLM's size, random weights: fine-tune on tweeteval_emotion,"
                            + " batch 16, 60 tokens",
                        1.0,
                        TrainingRow.standard(
                                "HF Trainer, padded to the longest", TrainingSetting.EMOTION)
                            .ofFamily(family))));
  }

  /**
   * The rows of these names, in the order of the table.
   *
   * @throws IllegalArgumentException if there is no such row
   */
  static List<Row> named(List<String> names) {
    Map<String, Row> byName =
        all().stream()
            .collect(
                Collectors.toMap(Row::name, Function.identity(), (a, b) -> a, LinkedHashMap::new));
    List<String> unknown = names.stream().filter(name -> !byName.containsKey(name)).toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "--rows: no row "
              + String.join(", ", unknown)
              + "; there are "
              + String.join(", ", byName.keySet()));
    }
    List<Row> rows = new ArrayList<>(byName.values());
    rows.removeIf(row -> !names.contains(row.name()));
    return rows;
  }

  private static Row single(String name, String work, Row.Measurement measurement) {
    return new Row(name, work, Unit.MILLISECONDS, Goal.atLeast(1.1), measurement);
  }

  private static Row training(String name, String work, double goal, TrainingRow row) {
    return new Row(name, work, Unit.TEXTS_PER_SECOND, Goal.atLeast(goal), row);
  }

  private static Row prediction(
      String name, String work, double goal, Row.Measurement measurement) {
    return new Row(name, work, Unit.TEXTS_PER_SECOND, Goal.atLeast(goal), measurement);
  }
}
