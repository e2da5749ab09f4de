package dev.afina.spark;

import dev.afina.training.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.NumericType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * A single fit: checks and numbers the rows, shuffles all of them to each rank, and trains in one
 * barrier stage.
 *
 * <p>The results leave the barrier stage by a shuffle, because Spark retries a barrier stage after
 * the loss of an executor only if it is not the last stage.
 */
final class DistributedFit {
  private static final Logger log = LoggerFactory.getLogger(AfinaClassifier.class);
  private static final int MOST_LABELS = 10_000;
  private static final Pattern LOST = Pattern.compile("rank \\d+ on \\S+: lost rank [^\\n]*");

  private final TrainingParams params;
  private final Dataset<Row> rows;
  private final SparkContext spark;
  private final TrainingListener listener;

  /**
   * @param params with absolute folders
   * @param listener the user's listener, on the driver
   */
  DistributedFit(TrainingParams params, Dataset<?> dataset, @Nullable TrainingListener listener) {
    this.params = params;
    this.listener =
        listener == null ? new DriverLog() : TrainingListener.all(new DriverLog(), listener);
    this.rows = dataset.toDF();
    this.spark = dataset.sparkSession().sparkContext();
  }

  /**
   * Trains.
   *
   * @param name the name of the model's folder inside the output folder
   * @return the path of that folder
   */
  String run(String name) {
    List<String> names = new TrainingSchema(params).namesOfNumbers(rows.schema());
    Path output = Path.of(params.text(params.outputFolder));
    String mark = ".afina-" + name;
    try (MountedFolder.Mark driver = marked(output, mark)) {
      return run(names, output.resolve(name).toString(), mark);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Marks the output folder, so that the ranks find out whether they see the same one. */
  private static MountedFolder.Mark marked(Path output, String mark) throws IOException {
    try {
      return MountedFolder.Mark.put(output, mark);
    } catch (IOException e) {
      throw new IOException(
          "outputFolder: the driver cannot write to %s: %s".formatted(output, e), e);
    }
  }

  private String run(List<String> names, String folder, String mark) {
    Dataset<Row> prepared = prepared().persist();
    try {
      checkRows(prepared, names);
      int workers = workers();
      log.info("{}", ranks(workers));
      ProgressEvents events = new ProgressEvents();
      spark.register(events);
      RankTask task =
          new RankTask(
              params,
              names,
              new ModelPlace(params.text(params.checkpoint)),
              folder,
              mark,
              Handshake.Secret.draw(),
              new RankTask.Figures(
                  spark.longAccumulator("texts trained"),
                  spark.longAccumulator("updates"),
                  spark.doubleAccumulator("sum of losses"),
                  events));
      RankResult.check(results(prepared, names, workers, task, events));
      checkThatDriverSees(folder);
      return folder;
    } finally {
      Object unused = prepared.unpersist();
    }
  }

  private static void checkThatDriverSees(String folder) {
    try {
      Object unused = new ModelPlace(folder).labels();
    } catch (IOException e) {
      throw new UncheckedIOException(
          new IOException(
              "outputFolder: the driver does not see what rank 0 wrote: " + e.getMessage(), e));
    }
  }

  /** The rows as text, pair, label as a string, and whether held out. */
  private Dataset<Row> prepared() {
    Dataset<Row> numbered = ColumnNumbers.of(rows);
    String pair = params.columns.pair();
    String held = params.text(params.validationIndicatorCol);
    String label = params.text(params.labelCol);
    Column labels = column(numbered, params.labelCol.name(), label);
    boolean isNumber = rows.schema().apply(label).dataType() instanceof NumericType;
    Column whole = labels.cast("long");
    Column text =
        isNumber
            ? functions
                .when(whole.cast("double").equalTo(labels.cast("double")), whole.cast("string"))
                .otherwise(labels.cast("string"))
            : labels;
    return numbered.select(
        column(numbered, params.columns.inputCol.name(), params.columns.input()).as("text"),
        (pair.isEmpty()
                ? functions.lit(null).cast("string")
                : column(numbered, params.columns.pairCol.name(), pair))
            .as("pair"),
        text.as("label"),
        (held.isEmpty()
                ? functions.lit(false)
                : functions.coalesce(
                    column(numbered, params.validationIndicatorCol.name(), held),
                    functions.lit(false)))
            .as("held"));
  }

  private Column column(Dataset<Row> numbered, String param, String column) {
    return numbered.col(ColumnNumbers.name(TextColumns.place(rows.schema(), param, column)));
  }

  private void checkRows(Dataset<Row> prepared, List<String> names) {
    boolean pairs = !params.columns.pair().isEmpty();
    Column noText =
        pairs
            ? functions.col("text").isNull().or(functions.col("pair").isNull())
            : functions.col("text").isNull();
    List<Row> labels =
        prepared
            .groupBy("label")
            .agg(
                functions.count(functions.lit(1)),
                functions.count_if(noText),
                functions.count_if(functions.col("held")))
            .limit(MOST_LABELS + 1)
            .collectAsList();
    long nullTexts = 0;
    long all = 0;
    long held = 0;
    for (Row label : labels) {
      all += label.getLong(1);
      held += label.getLong(3);
      nullTexts += label.getLong(2);
      if (label.isNullAt(0)) {
        throw new IllegalArgumentException(
            "labelCol: column \"%s\" is null in %s rows; leave them out, or label them"
                .formatted(params.text(params.labelCol), label.getLong(1)));
      }
      if (!names.isEmpty()) {
        Object unused = name(label.getString(0), names);
      }
    }
    if (nullTexts > 0) {
      throw new IllegalArgumentException(
          "inputCol: %s texts are null; leave these rows out".formatted(nullTexts));
    }
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("fit: the DataFrame has no rows");
    }
    if (labels.size() == 1) {
      throw new IllegalArgumentException(
          "labelCol: all rows have the label \"%s\", expected two or more"
              .formatted(labels.get(0).getString(0)));
    }
    if (labels.size() > MOST_LABELS) {
      throw new IllegalArgumentException(
          "labelCol: column \"%s\" has more than %s different values; is it the right column?"
              .formatted(params.text(params.labelCol), MOST_LABELS));
    }
    checkHeld(held, all);
  }

  private void checkHeld(long held, long all) {
    String column = params.text(params.validationIndicatorCol);
    if (!column.isEmpty() && (held == 0 || held == all)) {
      throw new IllegalArgumentException(
          "validationIndicatorCol: column \"%s\" is true in %s of %s rows; expected rows to evaluate"
                  .formatted(column, held, all)
              + " on and rows to train on");
    }
  }

  /** The label name of a number, by the column's metadata. */
  private static String name(String number, List<String> names) {
    try {
      return names.get(Integer.parseInt(number));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "labelCol: label %s is none of the %s that the column's metadata name"
              .formatted(number, names.size()),
          e);
    }
  }

  /** The number of executors, unless the user has given a number. */
  private int workers() {
    int wanted = params.whole(params.numWorkers);
    if (wanted > 0 || spark.isLocal()) {
      return Math.max(1, wanted);
    }
    return Math.max(1, spark.statusTracker().getExecutorInfos().length - 1); // the driver is one
  }

  private String ranks(int workers) {
    String train = workers == 1 ? "1 rank trains" : workers + " ranks train together";
    if (params.whole(params.numWorkers) > 0) {
      return train + ", by numWorkers";
    }
    return spark.isLocal()
        ? train + ", because Spark is local; setNumWorkers(n) takes more"
        : train + ", one for each executor that is registered now; setNumWorkers(n) takes n";
  }

  private List<RankResult> results(
      Dataset<Row> prepared,
      List<String> names,
      int workers,
      RankTask task,
      ProgressEvents events) {
    JavaPairRDD<Integer, TrainingRow> all =
        prepared
            .toJavaRDD()
            .zipWithIndex()
            .flatMapToPair(
                row ->
                    IntStream.range(0, workers)
                        .mapToObj(rank -> new Tuple2<>(rank, row(row._1(), row._2(), names)))
                        .iterator())
            .partitionBy(new HashPartitioner(workers));
    ClassTag<RankResult> type = ClassTag$.MODULE$.apply(RankResult.class);
    RDD<RankResult> trained = all.rdd().barrier().mapPartitions(task, false, type);
    try (DriverProgress progress = new DriverProgress(spark, events, listener)) {
      return new ArrayList<>(
          progress.until(
              JavaRDD.fromRDD(trained, type)
                  .mapToPair(result -> new Tuple2<>(0, result))
                  .partitionBy(new HashPartitioner(1))
                  .values()
                  .collectAsync()));
    } catch (ExecutionException e) {
      throw explained(e.getCause() == null ? e : e.getCause(), workers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RuntimeException explained(Throwable e, int workers) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("requires more slots")) {
      return new IllegalStateException(
          "numWorkers: %s tasks train together, so all must run at the same time, and the cluster has not as many slots; take fewer workers, or more executors (Spark: %s)"
              .formatted(workers, firstLine(message)),
          e);
    }
    Matcher lost = LOST.matcher(message); // Spark's own first line does not say why
    return new IllegalStateException(
        "the stage that trains failed: "
            + (lost.find()
                ? lost.group() + " (Spark: " + firstLine(message) + ")"
                : firstLine(message)),
        e);
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static TrainingRow row(Row row, long number, List<String> names) {
    @Nullable String pair = row.getString(1);
    String label = row.getString(2);
    return new TrainingRow(
        number,
        row.getString(0),
        pair,
        names.isEmpty() ? label : name(label, names),
        row.getBoolean(3));
  }
}
