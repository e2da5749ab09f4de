package dev.afina.spark;

import dev.afina.ClassifierBuilder;
import dev.afina.training.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Fine-tunes a transformer classifier on the rows of a DataFrame, on one or several executors.
 *
 * <pre>{@code
 * AfinaClassifierModel model =
 *     new AfinaClassifier()
 *         .setCheckpoint("distilbert-base-uncased")
 *         .setOutputFolder("/shared/models")
 *         .setBatchSize(64)
 *         .fit(rows);
 * }</pre>
 *
 * <p>Training is data parallel. Each task of a barrier stage computes its share of every batch, and
 * gradients are summed before each step. The result is therefore that of one machine with the same
 * batch size, up to float rounding; even dropout does not depend on the number of tasks. Every
 * executor receives all rows by a shuffle and holds them in memory; the driver receives none.
 *
 * <p>Options and their defaults are those of {@link ClassifierBuilder}. Not thread safe.
 */
public final class AfinaClassifier extends Estimator<AfinaClassifierModel> implements MLWritable {
  private static final long serialVersionUID = 1;

  private final String uid;
  private final TrainingParams options;

  /** Exists on the driver only. */
  private transient @Nullable TrainingListener listener;

  /** An estimator with default params. */
  public AfinaClassifier() {
    this(Identifiable$.MODULE$.randomUID("afinaClassifierEstimator"));
  }

  /**
   * An estimator with this uid, which Spark needs to copy and read it.
   *
   * @throws IllegalStateException if the running Spark or Scala version is not supported
   */
  public AfinaClassifier(String uid) {
    SparkVersion.check();
    this.uid = uid;
    this.options = new TrainingParams(this);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The column of the texts. Default: {@code text}. */
  public Param<String> inputCol() {
    return options.columns.inputCol;
  }

  /** Sets {@link #inputCol()}. */
  public AfinaClassifier setInputCol(String value) {
    return with(options.columns.inputCol, value);
  }

  /** The column of the second texts of pairs. Default: none. */
  public Param<String> pairCol() {
    return options.columns.pairCol;
  }

  /** Sets {@link #pairCol()}. */
  public AfinaClassifier setPairCol(String value) {
    return with(options.columns.pairCol, value);
  }

  /**
   * The pretrained model to start from: anything that {@code Classifier.builder().checkpoint}
   * accepts, or {@code sparkfiles:name}. Required.
   */
  public Param<String> checkpoint() {
    return options.checkpoint;
  }

  /** Sets {@link #checkpoint()}. */
  public AfinaClassifier setCheckpoint(String value) {
    return with(options.checkpoint, value);
  }

  /**
   * A folder on a file system shared by driver and executors, as a path or a URI {@code file:/…}.
   * Each fit saves its model in a new folder inside it. Required.
   */
  public Param<String> outputFolder() {
    return options.outputFolder;
  }

  /** Sets {@link #outputFolder()}. */
  public AfinaClassifier setOutputFolder(String value) {
    return with(options.outputFolder, value);
  }

  /**
   * A folder for the checkpoints of one fit on a file system shared by all executors, as a path or
   * a URI {@code file:/…}. If an executor is lost, training resumes from the latest checkpoint.
   * Default: none.
   */
  public Param<String> checkpointFolder() {
    return options.checkpointFolder;
  }

  /** Sets {@link #checkpointFolder()}. */
  public AfinaClassifier setCheckpointFolder(String value) {
    return with(options.checkpointFolder, value);
  }

  /**
   * Whether to resume from a checkpoint that an earlier fit left in {@link #checkpointFolder()}.
   * Default: false.
   */
  public BooleanParam resume() {
    return options.resume;
  }

  /** Sets {@link #resume()}. */
  public AfinaClassifier setResume(boolean value) {
    return with(options.resume, value);
  }

  /**
   * The column of the labels, which are strings or whole numbers. If the column's metadata names
   * the numbers, as StringIndexer's does, these names become the model's labels. Default: {@code
   * label}.
   */
  public Param<String> labelCol() {
    return options.labelCol;
  }

  /** Sets {@link #labelCol()}. */
  public AfinaClassifier setLabelCol(String value) {
    return with(options.labelCol, value);
  }

  /** A boolean column that is true for validation rows, which are not trained on. Default: none. */
  public Param<String> validationIndicatorCol() {
    return options.validationIndicatorCol;
  }

  /** Sets {@link #validationIndicatorCol()}. */
  public AfinaClassifier setValidationIndicatorCol(String value) {
    return with(options.validationIndicatorCol, value);
  }

  /**
   * The model's output column for the number of the predicted label, see {@link
   * AfinaClassifierModel#predictionCol()}. Default: {@code prediction}.
   */
  public Param<String> predictionCol() {
    return options.outputs.predictionCol;
  }

  /** Sets {@link #predictionCol()}. */
  public AfinaClassifier setPredictionCol(String value) {
    return with(options.outputs.predictionCol, value);
  }

  /**
   * The model's output column for the probabilities of all labels; {@code ""} for none. Default:
   * {@code probability}.
   */
  public Param<String> probabilityCol() {
    return options.outputs.probabilityCol;
  }

  /** Sets {@link #probabilityCol()}. */
  public AfinaClassifier setProbabilityCol(String value) {
    return with(options.outputs.probabilityCol, value);
  }

  /** The model's output column for the logits of all labels. Default: none. */
  public Param<String> rawPredictionCol() {
    return options.outputs.rawPredictionCol;
  }

  /** Sets {@link #rawPredictionCol()}. */
  public AfinaClassifier setRawPredictionCol(String value) {
    return with(options.outputs.rawPredictionCol, value);
  }

  /**
   * The model's output column for the name of the predicted label; {@code ""} for none. Default:
   * {@code predictedLabel}.
   */
  public Param<String> predictedLabelCol() {
    return options.outputs.predictedLabelCol;
  }

  /** Sets {@link #predictedLabelCol()}. */
  public AfinaClassifier setPredictedLabelCol(String value) {
    return with(options.outputs.predictedLabelCol, value);
  }

  /**
   * The labels in the order of the model's outputs. Default: those of the checkpoint or the data,
   * see {@code ClassifierBuilder.labels}.
   */
  public StringArrayParam labels() {
    return options.labels;
  }

  /** Sets {@link #labels()}. */
  public AfinaClassifier setLabels(String... value) {
    return with(options.labels, value.clone());
  }

  /** The number of tasks that train together. Default: 0, one per executor. */
  public IntParam numWorkers() {
    return options.numWorkers;
  }

  /** Sets {@link #numWorkers()}. */
  public AfinaClassifier setNumWorkers(int value) {
    return with(options.numWorkers, value);
  }

  /** The time in seconds after which an executor that does not answer is given up. Default: 600. */
  public IntParam timeout() {
    return options.timeout;
  }

  /** Sets {@link #timeout()}. */
  public AfinaClassifier setTimeout(int value) {
    return with(options.timeout, value);
  }

  /** The number of passes over the data. Default: 3. */
  public DoubleParam epochs() {
    return options.epochs;
  }

  /** Sets {@link #epochs()}. */
  public AfinaClassifier setEpochs(double value) {
    return with(options.epochs, value);
  }

  /** The total number of updates, which overrides {@link #epochs()}. Default: 0, not set. */
  public IntParam maxSteps() {
    return options.maxSteps;
  }

  /** Sets {@link #maxSteps()}. */
  public AfinaClassifier setMaxSteps(int value) {
    return with(options.maxSteps, value);
  }

  /**
   * The number of texts in a batch over all executors together, so that the number of executors
   * does not change the result. Default: 8, which suits one executor; to gain from more, give each
   * some dozens.
   */
  public IntParam batchSize() {
    return options.batchSize;
  }

  /** Sets {@link #batchSize()}. */
  public AfinaClassifier setBatchSize(int value) {
    return with(options.batchSize, value);
  }

  /** The number of batches per update. Default: 1. */
  public IntParam accumulationSteps() {
    return options.accumulationSteps;
  }

  /** Sets {@link #accumulationSteps()}. */
  public AfinaClassifier setAccumulationSteps(int value) {
    return with(options.accumulationSteps, value);
  }

  /** The peak learning rate. Default: 5e-5. */
  public DoubleParam learningRate() {
    return options.learningRate;
  }

  /** Sets {@link #learningRate()}. */
  public AfinaClassifier setLearningRate(double value) {
    return with(options.learningRate, value);
  }

  /**
   * The learning rate schedule, by its name in transformers: {@code linear}, {@code cosine}, {@code
   * polynomial}, {@code constant}, {@code inverse_sqrt} or {@code reduce_lr_on_plateau}. Default:
   * linear.
   */
  public Param<String> schedule() {
    return options.schedule;
  }

  /** Sets {@link #schedule()}. */
  public AfinaClassifier setSchedule(String value) {
    return with(options.schedule, value);
  }

  /**
   * The length of the warmup: a share of all updates if less than 1, otherwise a number of updates.
   * Default: 0.
   */
  public DoubleParam warmup() {
    return options.warmup;
  }

  /** Sets {@link #warmup()}. */
  public AfinaClassifier setWarmup(double value) {
    return with(options.warmup, value);
  }

  /** The decoupled weight decay. Default: 0. */
  public DoubleParam weightDecay() {
    return options.weightDecay;
  }

  /** Sets {@link #weightDecay()}. */
  public AfinaClassifier setWeightDecay(double value) {
    return with(options.weightDecay, value);
  }

  /** The norm to which gradients are clipped; 0 turns clipping off. Default: 1. */
  public DoubleParam maxGradientNorm() {
    return options.maxGradientNorm;
  }

  /** Sets {@link #maxGradientNorm()}. */
  public AfinaClassifier setMaxGradientNorm(double value) {
    return with(options.maxGradientNorm, value);
  }

  /** The rate of all dropouts, in [0, 1). Default: −1, the checkpoint's rates. */
  public DoubleParam dropout() {
    return options.dropout;
  }

  /** Sets {@link #dropout()}. */
  public AfinaClassifier setDropout(double value) {
    return with(options.dropout, value);
  }

  /** The seed for the order of rows, new weights and dropout. Default: 42. */
  public IntParam seed() {
    return options.seed;
  }

  /** Sets {@link #seed()}. */
  public AfinaClassifier setSeed(int value) {
    return with(options.seed, value);
  }

  /**
   * The maximum length of a text in tokens; longer texts are truncated. Default: 0, the model's
   * maximum.
   */
  public IntParam maxTokens() {
    return options.maxTokens;
  }

  /** Sets {@link #maxTokens()}. */
  public AfinaClassifier setMaxTokens(int value) {
    return with(options.maxTokens, value);
  }

  /** The precision of the training, {@code float32} or {@code bfloat16}. Default: float32. */
  public Param<String> precision() {
    return options.precision;
  }

  /** Sets {@link #precision()}. */
  public AfinaClassifier setPrecision(String value) {
    return with(options.precision, value);
  }

  /**
   * What to do with the checkpoint's output layer: {@code keep}, {@code replace} or {@code extend}
   * it. Default: keep.
   */
  public Param<String> head() {
    return options.head;
  }

  /** Sets {@link #head()}. */
  public AfinaClassifier setHead(String value) {
    return with(options.head, value);
  }

  /** The rank of low-rank updates (LoRA). Default: 0, which trains the whole model. */
  public IntParam loraRank() {
    return options.loraRank;
  }

  /** Sets {@link #loraRank()}. */
  public AfinaClassifier setLoraRank(int value) {
    return with(options.loraRank, value);
  }

  /**
   * The number of first layers that are frozen, together with the embeddings. Default: 0, nothing
   * is frozen.
   */
  public IntParam freezeLayers() {
    return options.freezeLayers;
  }

  /** Sets {@link #freezeLayers()}. */
  public AfinaClassifier setFreezeLayers(int value) {
    return with(options.freezeLayers, value);
  }

  /** The share of each target that is spread over all labels. Default: 0. */
  public DoubleParam labelSmoothing() {
    return options.labelSmoothing;
  }

  /** Sets {@link #labelSmoothing()}. */
  public AfinaClassifier setLabelSmoothing(double value) {
    return with(options.labelSmoothing, value);
  }

  /** Whether labels are weighted so that all have the same total weight. Default: false. */
  public BooleanParam balancedClasses() {
    return options.balancedClasses;
  }

  /** Sets {@link #balancedClasses()}. */
  public AfinaClassifier setBalancedClasses(boolean value) {
    return with(options.balancedClasses, value);
  }

  /**
   * The metric on the validation rows by which the best weights are kept, such as {@code macro_f1}.
   * Default: none, which keeps the last weights.
   */
  public Param<String> keepBest() {
    return options.keepBest;
  }

  /** Sets {@link #keepBest()}. */
  public AfinaClassifier setKeepBest(String value) {
    return with(options.keepBest, value);
  }

  /**
   * The number of evaluations without improvement after which training stops. Default: 0, never.
   */
  public IntParam earlyStopping() {
    return options.earlyStopping;
  }

  /** Sets {@link #earlyStopping()}. */
  public AfinaClassifier setEarlyStopping(int value) {
    return with(options.earlyStopping, value);
  }

  /** The number of updates between evaluations. Default: 0, one evaluation per epoch. */
  public IntParam evaluateEvery() {
    return options.evaluateEvery;
  }

  /** Sets {@link #evaluateEvery()}. */
  public AfinaClassifier setEvaluateEvery(int value) {
    return with(options.evaluateEvery, value);
  }

  /** The number of updates between checkpoints. Default: 0, one checkpoint per epoch. */
  public IntParam saveEvery() {
    return options.saveEvery;
  }

  /** Sets {@link #saveEvery()}. */
  public AfinaClassifier setSaveEvery(int value) {
    return with(options.saveEvery, value);
  }

  /**
   * Sets a listener for the progress of the training, which is called on the driver. Progress is
   * also logged on the driver at INFO.
   *
   * <p>Events come from rank 0 with each heartbeat of its executor ({@code
   * spark.executor.heartbeatInterval}, 10 seconds by default): all events since the previous
   * heartbeat, except that of updates only the latest is reported. The remaining events follow when
   * the training ends. The listener's {@code started}, {@code stepped}, {@code evaluated}, {@code
   * saved}, {@code epochStarted} and {@code epochEnded} are called, by the thread that called
   * {@link #fit}. A second {@code started} means that Spark has restarted the stage. An exception
   * aborts the training and is thrown by {@code fit}. If {@code CrossValidator} or others fit
   * several models in parallel, several threads call the listener.
   *
   * @param value the listener. Not a param: it is copied with this estimator, but neither saved nor
   *     sent to executors
   */
  public AfinaClassifier setListener(TrainingListener value) {
    listener = Objects.requireNonNull(value, "listener");
    return this;
  }

  private <T> AfinaClassifier with(Param<T> param, T value) {
    Object unused = set(param, value);
    return this;
  }

  TrainingParams options() {
    return options;
  }

  /**
   * The schema of the model's output, without the label names, which are not known before the data
   * is read.
   *
   * @throws IllegalArgumentException if a column is missing or has another type, or an output
   *     column already exists
   */
  @Override
  public StructType transformSchema(StructType schema) {
    return transformed(schema, OutputColumns.session());
  }

  private StructType transformed(StructType schema, Option<SparkSession> session) {
    new TrainingSchema(options).check(schema);
    return options.outputs.addedTo(schema, List.of(), session);
  }

  /**
   * Trains on the executors.
   *
   * @throws IllegalArgumentException if columns, labels, rows and params contradict each other or
   *     the checkpoint, or the model's output columns already exist
   * @throws IllegalStateException if there are fewer free slots than workers, or the training stage
   *     failed as often as Spark retries it; if a rank hangs, the message names it and its host
   * @throws UncheckedIOException if an executor cannot read the checkpoint, or the ranks lose their
   *     connection; the message names rank and host
   */
  @Override
  public AfinaClassifierModel fit(Dataset<?> dataset) {
    StructType unusedSchema =
        transformed(dataset.schema(), Option.apply(dataset.sparkSession())); // only its checks
    AfinaClassifierModel model = new AfinaClassifierModel();
    String folder = new DistributedFit(mounted(), dataset, listener).run(model.uid());
    Object unused =
        model
            .setParent(this)
            .setInputCol(options.columns.input())
            .setPairCol(options.columns.pair())
            .setPredictionCol(options.text(predictionCol()))
            .setProbabilityCol(options.text(probabilityCol()))
            .setRawPredictionCol(options.text(rawPredictionCol()))
            .setPredictedLabelCol(options.text(predictedLabelCol()))
            .setModel(folder);
    try {
      return model.holding();
    } catch (IOException e) {
      throw new UncheckedIOException("outputFolder: " + e.getMessage(), e);
    }
  }

  /** The params with folders that mean the same in each process. */
  private TrainingParams mounted() {
    AfinaClassifier copy = copy(new ParamMap());
    copy.setOutputFolder(mounted(outputFolder())).setCheckpointFolder(mounted(checkpointFolder()));
    return copy.options;
  }

  private String mounted(Param<String> folder) {
    String value = options.text(folder);
    return value.isEmpty() ? "" : MountedFolder.of(folder.name(), value).toString();
  }

  @Override
  public AfinaClassifier copy(ParamMap extra) {
    AfinaClassifier copy = defaultCopy(extra);
    copy.listener = listener;
    return copy;
  }

  /** Writes the params. */
  @Override
  public MLWriter write() {
    return new DefaultParamsWriter(this);
  }

  /** Reads what {@link #write()} wrote. */
  public static MLReader<AfinaClassifier> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads what {@code save} wrote. */
  public static AfinaClassifier load(String path) throws IOException {
    return read().load(path);
  }
}
