package dev.afina.spark;

import dev.afina.Precision;
import dev.afina.spark.ScoringPlan.Nulls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Classifies the texts of a DataFrame, with a classifier that is loaded once per executor.
 *
 * <pre>{@code
 * Dataset<Row> scored =
 *     new AfinaClassifierModel().setModel("/models/intents").setInputCol("text").transform(rows);
 * }</pre>
 *
 * <p>The model is named by a reference that is valid on all machines: a folder on a file system
 * shared by driver and executors, {@code classpath:folder/}, {@code owner/name@revision} on the
 * Hugging Face Hub, {@code sparkfiles:name} for a file added by {@code addFile} or {@code
 * addArchive}, or the URI of a folder on a Hadoop file system. All tasks of an executor share one
 * model, which uses the executor's cores. Partitions are processed a few hundred rows at a time.
 * Works for batches and streams, and in a Pipeline.
 */
public final class AfinaClassifierModel extends Model<AfinaClassifierModel> implements MLWritable {
  private static final long serialVersionUID = 1;

  private final String uid;
  private final TextColumns columns;
  private final OutputColumns outputs;
  private final Param<String> model;
  private final DoubleArrayParam thresholds;
  private final Param<String> handleInvalid;
  private final Param<String> precision;
  private final IntParam maxTokens;

  /** The label names of the current model, cached because Spark asks for the schema repeatedly. */
  private transient volatile @Nullable Known known;

  /** The files of a model that was loaded or trained; on the driver only. */
  private transient @Nullable HeldFiles held;

  private record Known(String reference, String stamp, List<String> labels) {}

  /** A transformer whose model is still to be set. */
  public AfinaClassifierModel() {
    this(Identifiable$.MODULE$.randomUID("afinaClassifier"));
  }

  /**
   * A transformer with this uid, which Spark needs to copy and read it.
   *
   * @throws IllegalStateException if the running Spark or Scala version is not supported
   */
  public AfinaClassifierModel(String uid) {
    SparkVersion.check();
    this.uid = uid;
    this.columns = new TextColumns(this);
    this.outputs = new OutputColumns(this);
    this.model = new Param<>(this, "model", "where the model is: folder, Hub name, classpath:, …");
    this.thresholds =
        new DoubleArrayParam(
            this,
            "thresholds",
            "by label, 0 or more, at most one 0: the label with the largest quotient of probability"
                + " and threshold is predicted (default: the model's own rules)");
    this.handleInvalid =
        new Param<>(
            this,
            "handleInvalid",
            "rows whose text is null: keep them with null predictions, skip them, or error"
                + " (default keep)");
    this.precision =
        new Param<>(
            this,
            "precision",
            "in which it predicts, such as float32, bfloat16 or int8 (default float32)");
    this.maxTokens =
        new IntParam(this, "maxTokens", "the longest text in tokens (default 0: the model's)");
    Object unused =
        setDefault(model, "")
            .setDefault(thresholds, new double[0])
            .setDefault(handleInvalid, "keep")
            .setDefault(precision, "float32")
            .setDefault(maxTokens, 0);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The column of the texts. Default: {@code text}. */
  public Param<String> inputCol() {
    return columns.inputCol;
  }

  /** Sets {@link #inputCol()}. */
  public AfinaClassifierModel setInputCol(String value) {
    return with(columns.inputCol, value);
  }

  /** The column of the second texts, for a model trained on pairs. Default: none. */
  public Param<String> pairCol() {
    return columns.pairCol;
  }

  /** Sets {@link #pairCol()}. */
  public AfinaClassifierModel setPairCol(String value) {
    return with(columns.pairCol, value);
  }

  /** The reference of the model. */
  public Param<String> model() {
    return model;
  }

  /** Sets {@link #model()}. */
  public AfinaClassifierModel setModel(String value) {
    return with(model, value);
  }

  /** The reference of the model. */
  public String getModel() {
    return getOrDefault(model);
  }

  /**
   * The output column for the number of the predicted label, with all label names as metadata;
   * {@code ""} for none. Its value is null if the model's own decision rules are not sure. Default:
   * {@code prediction}.
   */
  public Param<String> predictionCol() {
    return outputs.predictionCol;
  }

  /** Sets {@link #predictionCol()}. */
  public AfinaClassifierModel setPredictionCol(String value) {
    return with(outputs.predictionCol, value);
  }

  /**
   * The output column for the probabilities of all labels; {@code ""} for none. Default: {@code
   * probability}.
   */
  public Param<String> probabilityCol() {
    return outputs.probabilityCol;
  }

  /** Sets {@link #probabilityCol()}. */
  public AfinaClassifierModel setProbabilityCol(String value) {
    return with(outputs.probabilityCol, value);
  }

  /** The output column for the logits of all labels; {@code ""} for none. Default: none. */
  public Param<String> rawPredictionCol() {
    return outputs.rawPredictionCol;
  }

  /** Sets {@link #rawPredictionCol()}. */
  public AfinaClassifierModel setRawPredictionCol(String value) {
    return with(outputs.rawPredictionCol, value);
  }

  /**
   * The output column for the name of the predicted label; {@code ""} for none. Default: {@code
   * predictedLabel}.
   */
  public Param<String> predictedLabelCol() {
    return outputs.predictedLabelCol;
  }

  /** Sets {@link #predictedLabelCol()}. */
  public AfinaClassifierModel setPredictedLabelCol(String value) {
    return with(outputs.predictedLabelCol, value);
  }

  /**
   * A threshold for each label, as in Spark's classifiers: the label with the largest ratio of
   * probability to threshold is predicted. Default: none, which applies the model's own decision
   * rules.
   */
  public DoubleArrayParam thresholds() {
    return thresholds;
  }

  /** Sets {@link #thresholds()}. */
  public AfinaClassifierModel setThresholds(double... value) {
    return with(thresholds, value.clone());
  }

  /**
   * What to do with a row whose text is null: {@code keep} it with null predictions, {@code skip}
   * it, or fail with an {@code error}. Default: keep.
   */
  public Param<String> handleInvalid() {
    return handleInvalid;
  }

  /** Sets {@link #handleInvalid()}. */
  public AfinaClassifierModel setHandleInvalid(String value) {
    return with(handleInvalid, value);
  }

  /**
   * The precision of predictions: {@code float32}, {@code bfloat16} or {@code int8}. Default:
   * float32.
   */
  public Param<String> precision() {
    return precision;
  }

  /** Sets {@link #precision()}. */
  public AfinaClassifierModel setPrecision(String value) {
    return with(precision, value);
  }

  /**
   * The maximum length of a text in tokens; longer texts are truncated. Default: 0, the model's
   * maximum.
   */
  public IntParam maxTokens() {
    return maxTokens;
  }

  /** Sets {@link #maxTokens()}. */
  public AfinaClassifierModel setMaxTokens(int value) {
    return with(maxTokens, value);
  }

  /**
   * Holds the files of the model's folder open, because a pipeline may delete them before it asks
   * for them to be saved.
   */
  AfinaClassifierModel holding() throws IOException {
    held = new HeldFiles(getModel(), Path.of(new ModelPlace(getModel()).onThisMachine()));
    return this;
  }

  /** The held files of the current model. */
  Optional<HeldFiles> held() {
    return Optional.ofNullable(held).filter(files -> files.isOf(getModel()));
  }

  private <T> AfinaClassifierModel with(Param<T> param, T value) {
    Object unused = set(param, value);
    return this;
  }

  /**
   * The names of the model's labels, in the order of their numbers.
   *
   * @throws IllegalArgumentException if no model is set
   * @throws UncheckedIOException if the driver cannot read the model
   */
  public List<String> labels() {
    return known().labels;
  }

  private synchronized Known known() {
    ModelPlace place = new ModelPlace(getModel());
    try {
      String stamp = place.stamp();
      if (known == null || !known.reference.equals(getModel()) || !known.stamp.equals(stamp)) {
        known = new Known(getModel(), stamp, place.labels());
      }
      return known;
    } catch (IOException e) {
      throw new UncheckedIOException(
          new IOException("model \"%s\": %s".formatted(getModel(), e.getMessage()), e));
    }
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return transformed(schema, OutputColumns.session());
  }

  private StructType transformed(StructType schema, Option<SparkSession> session) {
    columns.check(schema);
    LabelChoice choice = choice();
    Object unused = List.of(nulls(), chosenPrecision());
    return outputs.addedTo(schema, choice.labels(), session);
  }

  private LabelChoice choice() {
    return new LabelChoice(labels(), Arrays.stream(getOrDefault(thresholds)).boxed().toList());
  }

  private Nulls nulls() {
    return choice(handleInvalid, Nulls.values());
  }

  private Precision chosenPrecision() {
    return choice(precision, Precision.values());
  }

  private <E extends Enum<E>> E choice(Param<String> param, E[] values) {
    String wanted = getOrDefault(param);
    for (E value : values) {
      if (value.name().toLowerCase(Locale.ROOT).equals(wanted)) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "%s: expected one of %s, got \"%s\""
            .formatted(param.name(), Arrays.toString(values).toLowerCase(Locale.ROOT), wanted));
  }

  /**
   * Adds the output columns to the rows.
   *
   * @throws IllegalArgumentException if an input column is missing or is not a string column, an
   *     output column already exists, or a param is invalid
   * @throws UncheckedIOException if the driver cannot read the model; if an executor cannot, the
   *     job fails with a message that names the executor, its host and the model
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformed(dataset.schema(), Option.apply(dataset.sparkSession()));
    LongAccumulator texts = dataset.sparkSession().sparkContext().longAccumulator("texts scored");
    StructType numbered = ColumnNumbers.of(schema);
    Dataset<Row> scored =
        ColumnNumbers.of(dataset)
            .mapPartitions(
                new PartitionScorer(plan(dataset.schema()), texts), Encoders.row(numbered));
    List<Column> columnsOfAll = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) { // an encoder does not keep metadata
      StructField field = schema.apply(i);
      columnsOfAll.add(scored.col(numbered.apply(i).name()).as(field.name(), field.metadata()));
    }
    return scored.select(columnsOfAll.toArray(new Column[0]));
  }

  private ScoringPlan plan(StructType schema) {
    String pair = columns.pair();
    return new ScoringPlan(
        key(),
        TextColumns.place(schema, "inputCol", columns.input()),
        pair.isEmpty() ? -1 : TextColumns.place(schema, "pairCol", pair),
        List.copyOf(outputs.names().keySet()),
        choice(),
        nulls());
  }

  private SharedModels.Key key() {
    return new SharedModels.Key(
        new ModelPlace(getModel()),
        known().stamp,
        chosenPrecision(),
        (Integer) getOrDefault(maxTokens));
  }

  /**
   * Registers an SQL function that returns the name of a text's label, as {@link #transform}
   * chooses it: by {@link #thresholds()}, else by the model's own decision rules. With {@link
   * #pairCol()} the function takes two texts. It returns null if a text is null or the rules are
   * not sure. It processes texts one at a time, so {@link #transform} is faster for many.
   *
   * <pre>{@code
   * model.registerFunction(spark, "intent");
   * spark.sql("select text, intent(text) from questions");
   * }</pre>
   *
   * @throws IllegalArgumentException if a param is invalid
   * @throws UncheckedIOException if the driver cannot read the model
   */
  public void registerFunction(SparkSession spark, String name) {
    LabelFunction function = new LabelFunction(key(), choice());
    if (columns.pair().isEmpty()) {
      spark.udf().register(name, (UDF1<?, ?>) function, DataTypes.StringType);
    } else {
      spark.udf().register(name, (UDF2<?, ?, ?>) function, DataTypes.StringType);
    }
  }

  @Override
  public AfinaClassifierModel copy(ParamMap extra) {
    AfinaClassifierModel copy = new AfinaClassifierModel(uid);
    copy.held = held;
    Object unused = copyValues(copy, extra);
    return hasParent() ? copy.setParent(parent()) : copy;
  }

  /**
   * Writes the params and, if the model is a folder, a copy of its files, so that the saved
   * transformer is self-contained.
   *
   * <p>A model that was loaded from a folder can overwrite that folder. {@code save} fails, and
   * deletes nothing, if the target contains the model's folder otherwise; it also fails if the
   * folder is gone.
   */
  @Override
  public MLWriter write() {
    return new ModelFiles.Writer(this);
  }

  /** Reads what {@link #write()} wrote. Spark calls it, too, for the stages of a pipeline. */
  public static MLReader<AfinaClassifierModel> read() {
    return new ModelFiles.Reader();
  }

  /** Reads what {@code save} wrote. */
  public static AfinaClassifierModel load(String path) {
    return read().load(path);
  }
}
