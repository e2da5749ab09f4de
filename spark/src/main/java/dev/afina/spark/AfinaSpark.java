package dev.afina.spark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program for {@code spark-submit} that fits or scores. Each param of {@link AfinaClassifier} or
 * {@link AfinaClassifierModel} is an option with the same name.
 *
 * <pre>
 * spark-submit --class dev.afina.spark.AfinaSpark app.jar \
 *   fit --input train.parquet --checkpoint distilbert-base-uncased --outputFolder /shared/models \
 *       --batchSize 64 --save /shared/intents
 * spark-submit --class dev.afina.spark.AfinaSpark app.jar \
 *   score --input texts.parquet --load /shared/intents --output scored.parquet
 * </pre>
 */
public final class AfinaSpark {
  private static final Logger log = LoggerFactory.getLogger(AfinaSpark.class);
  private static final String USAGE =
      "expected fit --input DATA [--format FORMAT] --save FOLDER [--overwrite true] [--PARAM"
          + " VALUE]..., or score --input DATA [--format FORMAT] [--load FOLDER] --output DATA [--PARAM VALUE]...";

  /**
   * As spreadsheets write it: quotes doubled, and texts with line breaks and spaces as they are.
   */
  private static final Map<String, String> CSV =
      Map.of(
          "header", "true",
          "multiLine", "true",
          "escape", "\"",
          "ignoreLeadingWhiteSpace", "false",
          "ignoreTrailingWhiteSpace", "false");

  private AfinaSpark() {}

  /**
   * Runs the program in the session that spark-submit configures.
   *
   * @throws java.io.IOException if the fitted model cannot be saved
   * @throws IllegalArgumentException if an argument is unknown, missing or invalid
   */
  public static void main(String[] arguments) throws java.io.IOException {
    run(SparkSession.builder().appName("afina").getOrCreate(), arguments);
  }

  static void run(SparkSession spark, String... arguments) throws java.io.IOException {
    if (arguments.length == 0) {
      throw new IllegalArgumentException(USAGE);
    }
    Map<String, String> options = options(arguments);
    switch (arguments[0]) {
      case "fit" -> fit(spark, options);
      case "score" -> score(spark, options);
      default ->
          throw new IllegalArgumentException("\"" + arguments[0] + "\" is no command: " + USAGE);
    }
  }

  private static void fit(SparkSession spark, Map<String, String> options)
      throws java.io.IOException {
    String save = required(options, "save");
    boolean overwrite = flag("overwrite", options.getOrDefault("overwrite", "false"));
    options.remove("overwrite");
    String read = options.getOrDefault("input", "");
    Dataset<Row> rows = input(spark, options);
    AfinaClassifier estimator = new AfinaClassifier();
    set(estimator, options);
    new SaveTarget(save, spark.sparkContext().hadoopConfiguration())
        .check(read, overwrite, estimator);
    MLWriter writer = estimator.fit(rows).write();
    (overwrite ? writer.overwrite() : writer).save(save);
  }

  private static void score(SparkSession spark, Map<String, String> options) {
    String output = required(options, "output");
    String format = options.getOrDefault("format", "parquet");
    Dataset<Row> rows = input(spark, options);
    String saved = options.remove("load");
    AfinaClassifierModel model =
        saved == null ? new AfinaClassifierModel() : AfinaClassifierModel.load(saved);
    if (List.of("csv", "text").contains(format.toLowerCase(Locale.ROOT))) {
      leaveOutVectors(model, format, options);
    }
    set(model, options);
    model
        .transform(rows)
        .write()
        .mode(SaveMode.ErrorIfExists)
        .format(format)
        .options(layout(format))
        .save(output);
  }

  /** Leaves out the columns that a format of lines cannot have, unless they are asked for. */
  private static void leaveOutVectors(
      AfinaClassifierModel model, String format, Map<String, String> options) {
    for (Param<String> column : List.of(model.probabilityCol(), model.rawPredictionCol())) {
      String name = model.getOrDefault(column);
      if (!name.isEmpty() && !options.containsKey(column.name())) {
        Object unused = model.set(column, "");
        log.warn(
            "--format {} has no vectors: column {} ({}) is left out; json and parquet have it",
            format,
            name,
            column.name());
      }
    }
  }

  private static Dataset<Row> input(SparkSession spark, Map<String, String> options) {
    String format = options.getOrDefault("format", "parquet");
    options.remove("format");
    return spark.read().format(format).options(layout(format)).load(required(options, "input"));
  }

  /** The options of a format, the same for reading and writing. */
  private static Map<String, String> layout(String format) {
    return format.toLowerCase(Locale.ROOT).equals("csv") ? CSV : Map.of();
  }

  private static Map<String, String> options(String... arguments) {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 1; i < arguments.length; i += 2) {
      if (!arguments[i].startsWith("--") || i + 1 == arguments.length) {
        throw new IllegalArgumentException("\"" + arguments[i] + "\": " + USAGE);
      }
      options.put(arguments[i].substring(2), arguments[i + 1]);
    }
    return options;
  }

  private static String required(Map<String, String> options, String name) {
    String value = options.remove(name);
    if (value == null) {
      throw new IllegalArgumentException("--" + name + " is missing: " + USAGE);
    }
    return value;
  }

  private static void set(PipelineStage stage, Map<String, String> options) {
    options.forEach(
        (name, value) -> {
          if (!stage.hasParam(name)) {
            throw new IllegalArgumentException(
                "--%s: no such option; the params are\n%s".formatted(name, stage.explainParams()));
          }
          setOne(stage, stage.getParam(name), value);
        });
  }

  private static void setOne(Params stage, Param<Object> param, String value) {
    try {
      Object typed =
          param instanceof IntParam
              ? Integer.valueOf(value)
              : param instanceof DoubleParam
                  ? Double.valueOf(value)
                  : param instanceof BooleanParam
                      ? (Object) flag(param.name(), value)
                      : ofLists(param, value);
      Object unused = stage.set(param, typed);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--%s: expected a number, got \"%s\"".formatted(param.name(), value), e);
    }
  }

  private static boolean flag(String name, String value) {
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "--%s: expected true or false, got \"%s\"".formatted(name, value));
    };
  }

  private static Object ofLists(Param<?> param, String value) {
    if ((Param<?>) param instanceof StringArrayParam) {
      return value.split(",", -1);
    }
    if ((Param<?>) param instanceof DoubleArrayParam) {
      String[] parts = value.split(",", -1);
      double[] numbers = new double[parts.length];
      for (int i = 0; i < parts.length; i++) {
        numbers[i] = Double.parseDouble(parts[i]);
      }
      return numbers;
    }
    return value;
  }
}
