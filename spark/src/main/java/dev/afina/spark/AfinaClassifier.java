package dev.afina.spark;

import dev.afina.ClassifierBuilder;
import dev.afina.training.TrainingListener;
import java.io.IOException;
import java.util.Objects;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.linalg.SQLDataTypes;
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
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Fine-tunes a transformer on the rows of a DataFrame, on one executor or several together.
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
 * <p>Each task of one barrier stage computes its share of every batch, and the gradients are added
 * up before each step. So n tasks do what one machine does with the same batch size: the losses
 * differ by float rounding. Each executor gets all rows, by a shuffle, and holds them in memory;
 * the driver sees none. What is dropped depends on the text and not on the number of tasks.
 *
 * <p>Options and their defaults are those of {@link ClassifierBuilder}.
 */
public final class AfinaClassifier extends Estimator<AfinaClassifierModel> implements MLWritable {
  private static final long serialVersionUID = 1;

  private final String uid;
  private final TrainingParams options;

  /** On the driver only. */
  private transient @Nullable TrainingListener listener;

  /** One whose params are to be set. */
  public AfinaClassifier() {
    this(Identifiable$.MODULE$.randomUID("afinaClassifierEstimator"));
  }

  /**
   * One of this name, as Spark makes them when it copies and reads.
   *
   * @throws IllegalStateException on another Spark or Scala than it is made for
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

  /** The column of the texts; default {@code text}. */
  public Param<String> inputCol() {
    return options.columns.inputCol;
  }

  /** Sets {@link #inputCol()}. */
  public AfinaClassifier setInputCol(String value) {
    return with(options.columns.inputCol, value);
  }

  /** The column of the second texts of pairs; default none. */
  public Param<String> pairCol() {
    return options.columns.pairCol;
  }

  /** Sets {@link #pairCol()}. */
  public AfinaClassifier setPairCol(String value) {
    return with(options.columns.pairCol, value);
  }

  /**
   * The pretrained model to start from, as {@code Classifier.builder().checkpoint} takes it, or
   * {@code sparkfiles:name}; no default.
   */
  public Param<String> checkpoint() {
    return options.checkpoint;
  }

  /** Sets {@link #checkpoint()}. */
  public AfinaClassifier setCheckpoint(String value) {
    return with(options.checkpoint, value);
  }

  /**
   * A folder on a file system that driver and executors see. Each fit makes a folder of its own in
   * it, where the trained model is; no default.
   */
  public Param<String> outputFolder() {
    return options.outputFolder;
  }

  /** Sets {@link #outputFolder()}. */
  public AfinaClassifier setOutputFolder(String value) {
    return with(options.outputFolder, value);
  }

  /**
   * A folder on a file system that all executors see, for checkpoints: a training whose executor
   * died goes on from the newest. Default none.
   */
  public Param<String> checkpointFolder() {
    return options.checkpointFolder;
  }

  /** Sets {@link #checkpointFolder()}. */
  public AfinaClassifier setCheckpointFolder(String value) {
    return with(options.checkpointFolder, value);
  }

  /**
   * Whether it goes on from checkpoints that an earlier fit left in {@link #checkpointFolder()};
   * default false.
   */
  public BooleanParam resume() {
    return options.resume;
  }

  /** Sets {@link #resume()}. */
  public AfinaClassifier setResume(boolean value) {
    return with(options.resume, value);
  }

  /**
   * The column of the labels, of strings or whole numbers; default {@code label}. Where it is a
   * column of numbers with names as metadata, as StringIndexer makes it, the model has these names.
   */
  public Param<String> labelCol() {
    return options.labelCol;
  }

  /** Sets {@link #labelCol()}. */
  public AfinaClassifier setLabelCol(String value) {
    return with(options.labelCol, value);
  }

  /**
   * A column of booleans that is true in the rows to evaluate on, not to train on; default none.
   */
  public Param<String> validationIndicatorCol() {
    return options.validationIndicatorCol;
  }

  /** Sets {@link #validationIndicatorCol()}. */
  public AfinaClassifier setValidationIndicatorCol(String value) {
    return with(options.validationIndicatorCol, value);
  }

  /**
   * The labels in the order of the model's outputs; default: those of the checkpoint or the data,
   * as {@code ClassifierBuilder.labels} says.
   */
  public StringArrayParam labels() {
    return options.labels;
  }

  /** Sets {@link #labels()}. */
  public AfinaClassifier setLabels(String... value) {
    return with(options.labels, value.clone());
  }

  /** How many tasks train together; default 0: one an executor. */
  public IntParam numWorkers() {
    return options.numWorkers;
  }

  /** Sets {@link #numWorkers()}. */
  public AfinaClassifier setNumWorkers(int value) {
    return with(options.numWorkers, value);
  }

  /** After how many seconds without an answer an executor is given up; default 600. */
  public IntParam timeout() {
    return options.timeout;
  }

  /** Sets {@link #timeout()}. */
  public AfinaClassifier setTimeout(int value) {
    return with(options.timeout, value);
  }

  /** Passes over the data; default 3. */
  public DoubleParam epochs() {
    return options.epochs;
  }

  /** Sets {@link #epochs()}. */
  public AfinaClassifier setEpochs(double value) {
    return with(options.epochs, value);
  }

  /** Updates in all, instead of epochs; default 0, none. */
  public IntParam maxSteps() {
    return options.maxSteps;
  }

  /** Sets {@link #maxSteps()}. */
  public AfinaClassifier setMaxSteps(int value) {
    return with(options.maxSteps, value);
  }

  /**
   * Texts a forward pass of all executors together, so that their number does not change the
   * result; default 8, for one executor. A worker needs some dozens to be worth it.
   */
  public IntParam batchSize() {
    return options.batchSize;
  }

  /** Sets {@link #batchSize()}. */
  public AfinaClassifier setBatchSize(int value) {
    return with(options.batchSize, value);
  }

  /** Batches an update; default 1. */
  public IntParam accumulationSteps() {
    return options.accumulationSteps;
  }

  /** Sets {@link #accumulationSteps()}. */
  public AfinaClassifier setAccumulationSteps(int value) {
    return with(options.accumulationSteps, value);
  }

  /** The peak learning rate; default 5e-5. */
  public DoubleParam learningRate() {
    return options.learningRate;
  }

  /** Sets {@link #learningRate()}. */
  public AfinaClassifier setLearningRate(double value) {
    return with(options.learningRate, value);
  }

  /**
   * How the rate goes on, by transformers' name: {@code linear}, {@code cosine}, {@code
   * polynomial}, {@code constant}, {@code inverse_sqrt} or {@code reduce_lr_on_plateau}; default
   * linear.
   */
  public Param<String> schedule() {
    return options.schedule;
  }

  /** Sets {@link #schedule()}. */
  public AfinaClassifier setSchedule(String value) {
    return with(options.schedule, value);
  }

  /** Under 1 the share of all updates that warm up, else their number; default 0. */
  public DoubleParam warmup() {
    return options.warmup;
  }

  /** Sets {@link #warmup()}. */
  public AfinaClassifier setWarmup(double value) {
    return with(options.warmup, value);
  }

  /** Decoupled weight decay; default 0. */
  public DoubleParam weightDecay() {
    return options.weightDecay;
  }

  /** Sets {@link #weightDecay()}. */
  public AfinaClassifier setWeightDecay(double value) {
    return with(options.weightDecay, value);
  }

  /** To which norm gradients are clipped, 0 for off; default 1. */
  public DoubleParam maxGradientNorm() {
    return options.maxGradientNorm;
  }

  /** Sets {@link #maxGradientNorm()}. */
  public AfinaClassifier setMaxGradientNorm(double value) {
    return with(options.maxGradientNorm, value);
  }

  /** One rate for every dropout, in [0, 1); default −1: the checkpoint's. */
  public DoubleParam dropout() {
    return options.dropout;
  }

  /** Sets {@link #dropout()}. */
  public AfinaClassifier setDropout(double value) {
    return with(options.dropout, value);
  }

  /** The seed of order, new weights and dropout; default 42. */
  public IntParam seed() {
    return options.seed;
  }

  /** Sets {@link #seed()}. */
  public AfinaClassifier setSeed(int value) {
    return with(options.seed, value);
  }

  /** The longest text in tokens; default 0: what the model can take. */
  public IntParam maxTokens() {
    return options.maxTokens;
  }

  /** Sets {@link #maxTokens()}. */
  public AfinaClassifier setMaxTokens(int value) {
    return with(options.maxTokens, value);
  }

  /** In which precision it trains, {@code float32} or {@code bfloat16}; default float32. */
  public Param<String> precision() {
    return options.precision;
  }

  /** Sets {@link #precision()}. */
  public AfinaClassifier setPrecision(String value) {
    return with(options.precision, value);
  }

  /**
   * What becomes of the checkpoint's output layer: {@code keep}, {@code replace} or {@code extend};
   * default keep.
   */
  public Param<String> head() {
    return options.head;
  }

  /** Sets {@link #head()}. */
  public AfinaClassifier setHead(String value) {
    return with(options.head, value);
  }

  /** The rank of low-rank updates; default 0: the whole model is trained. */
  public IntParam loraRank() {
    return options.loraRank;
  }

  /** Sets {@link #loraRank()}. */
  public AfinaClassifier setLoraRank(int value) {
    return with(options.loraRank, value);
  }

  /** How many of the first layers stay as they are, embeddings included; default 0. */
  public IntParam freezeLayers() {
    return options.freezeLayers;
  }

  /** Sets {@link #freezeLayers()}. */
  public AfinaClassifier setFreezeLayers(int value) {
    return with(options.freezeLayers, value);
  }

  /** The share of each target that is spread over all labels; default 0. */
  public DoubleParam labelSmoothing() {
    return options.labelSmoothing;
  }

  /** Sets {@link #labelSmoothing()}. */
  public AfinaClassifier setLabelSmoothing(double value) {
    return with(options.labelSmoothing, value);
  }

  /** Whether rare labels count more, so that all count the same in sum; default false. */
  public BooleanParam balancedClasses() {
    return options.balancedClasses;
  }

  /** Sets {@link #balancedClasses()}. */
  public AfinaClassifier setBalancedClasses(boolean value) {
    return with(options.balancedClasses, value);
  }

  /**
   * The metric on the validation rows whose best weights are kept, such as {@code macro_f1};
   * default none: the last ones.
   */
  public Param<String> keepBest() {
    return options.keepBest;
  }

  /** Sets {@link #keepBest()}. */
  public AfinaClassifier setKeepBest(String value) {
    return with(options.keepBest, value);
  }

  /** After how many evaluations without a better one it ends; default 0: never. */
  public IntParam earlyStopping() {
    return options.earlyStopping;
  }

  /** Sets {@link #earlyStopping()}. */
  public AfinaClassifier setEarlyStopping(int value) {
    return with(options.earlyStopping, value);
  }

  /** Updates between two evaluations; default 0: one an epoch. */
  public IntParam evaluateEvery() {
    return options.evaluateEvery;
  }

  /** Sets {@link #evaluateEvery()}. */
  public AfinaClassifier setEvaluateEvery(int value) {
    return with(options.evaluateEvery, value);
  }

  /** Updates between two checkpoints; default 0: one an epoch. */
  public IntParam saveEvery() {
    return options.saveEvery;
  }

  /** Sets {@link #saveEvery()}. */
  public AfinaClassifier setSaveEvery(int value) {
    return with(options.saveEvery, value);
  }

  /**
   * Sets what is told on the driver of a training while it runs, besides the driver's log, which
   * has it at INFO.
   *
   * <p>Rank 0 says it, and Spark carries it with each heartbeat of its executor ({@code
   * spark.executor.heartbeatInterval}, 10 s by default): all that happened since the one before,
   * but of updates only the latest; the rest comes when the training ends. Told are {@code
   * started}, {@code stepped}, {@code evaluated}, {@code saved}, {@code epochStarted} and {@code
   * epochEnded}, by the thread that called {@link #fit}. {@code started} again means that Spark has
   * started the stage again. An exception ends the training and reaches the caller of fit. Where
   * {@code CrossValidator} and others fit several at a time, the listener is called by several
   * threads.
   *
   * @param value is no param: it is copied with this estimator, and neither saved nor sent
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
   * The model's schema, without its label names, which come with the data.
   *
   * @throws IllegalArgumentException when a column is missing or of another type
   */
  @Override
  public StructType transformSchema(StructType schema) {
    new TrainingSchema(options).check(schema);
    return schema
        .add("probability", SQLDataTypes.VectorType())
        .add("prediction", DataTypes.DoubleType)
        .add("predictedLabel", DataTypes.StringType);
  }

  /**
   * Trains, on the executors.
   *
   * @throws IllegalArgumentException when columns, labels, rows and params contradict each other or
   *     the checkpoint
   * @throws IllegalStateException when there are fewer free slots than workers, or the stage that
   *     trains failed as often as Spark tries it; names rank and host where one hangs
   * @throws java.io.UncheckedIOException when an executor cannot read the checkpoint, or ranks lost
   *     each other; names rank and host. Also what a listener throws
   */
  @Override
  public AfinaClassifierModel fit(Dataset<?> dataset) {
    new TrainingSchema(options).check(dataset.schema());
    AfinaClassifierModel model = new AfinaClassifierModel();
    String folder = new DistributedFit(options, dataset, listener).run(model.uid());
    Object unused =
        model
            .setParent(this)
            .setInputCol(options.columns.input())
            .setPairCol(options.columns.pair())
            .setModel(folder);
    return model;
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
