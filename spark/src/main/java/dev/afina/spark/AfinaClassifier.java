package dev.afina.spark;

import dev.afina.Classifier;
import dev.afina.ClassifierBuilder;
import dev.afina.Freeze;
import dev.afina.Lora;
import dev.afina.Loss;
import dev.afina.Precision;
import dev.afina.training.Schedule;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
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
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

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
  private final TextColumns columns;
  private final Param<String> checkpoint;
  private final Param<String> outputFolder;
  private final Param<String> checkpointFolder;
  private final BooleanParam resume;
  private final Param<String> labelCol;
  private final Param<String> validationIndicatorCol;
  private final StringArrayParam labels;
  private final IntParam numWorkers;
  private final IntParam timeout;
  private final DoubleParam epochs;
  private final IntParam maxSteps;
  private final IntParam batchSize;
  private final IntParam accumulationSteps;
  private final DoubleParam learningRate;
  private final Param<String> schedule;
  private final DoubleParam warmup;
  private final DoubleParam weightDecay;
  private final DoubleParam maxGradientNorm;
  private final DoubleParam dropout;
  private final IntParam seed;
  private final IntParam maxTokens;
  private final Param<String> precision;
  private final Param<String> head;
  private final IntParam loraRank;
  private final IntParam freezeLayers;
  private final DoubleParam labelSmoothing;
  private final BooleanParam balancedClasses;
  private final Param<String> keepBest;
  private final IntParam earlyStopping;
  private final IntParam evaluateEvery;
  private final IntParam saveEvery;

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
    this.columns = new TextColumns(this);
    this.checkpoint =
        new Param<>(
            this,
            "checkpoint",
            "the pretrained model to start from: folder, Hub name, classpath:, sparkfiles:");
    this.outputFolder =
        new Param<>(
            this,
            "outputFolder",
            "folder that driver and executors see; each fit makes one of its own in it");
    this.checkpointFolder =
        new Param<>(
            this,
            "checkpointFolder",
            "folder that all executors see, for checkpoints to go on from (default none)");
    this.resume =
        new BooleanParam(
            this, "resume", "goes on from the checkpoints of an earlier fit (default false)");
    this.labelCol =
        new Param<>(
            this, "labelCol", "column of the labels, strings or whole numbers (default label)");
    this.validationIndicatorCol =
        new Param<>(
            this,
            "validationIndicatorCol",
            "boolean column, true in rows to evaluate on (default none)");
    this.labels =
        new StringArrayParam(
            this,
            "labels",
            "the labels in the order of the outputs (default: of checkpoint or data)");
    this.numWorkers =
        new IntParam(this, "numWorkers", "tasks that train together (default 0: one an executor)");
    this.timeout =
        new IntParam(
            this,
            "timeout",
            "seconds after which an executor that does not answer is given up (default 600)");
    this.epochs = new DoubleParam(this, "epochs", "passes over the data (default 3)");
    this.maxSteps =
        new IntParam(this, "maxSteps", "updates in all, instead of epochs (default 0: none)");
    this.batchSize =
        new IntParam(this, "batchSize", "texts a batch, of all executors together (default 8)");
    this.accumulationSteps =
        new IntParam(this, "accumulationSteps", "batches an update (default 1)");
    this.learningRate = new DoubleParam(this, "learningRate", "peak learning rate (default 5e-5)");
    this.schedule =
        new Param<>(
            this,
            "schedule",
            "linear, cosine, polynomial, constant, inverse_sqrt, reduce_lr_on_plateau (default linear)");
    this.warmup =
        new DoubleParam(this, "warmup", "share or number of updates that warm up (default 0)");
    this.weightDecay = new DoubleParam(this, "weightDecay", "decoupled weight decay (default 0)");
    this.maxGradientNorm =
        new DoubleParam(this, "maxGradientNorm", "norm that gradients are clipped to (default 1)");
    this.dropout =
        new DoubleParam(
            this, "dropout", "one rate for every dropout (default -1: the checkpoint's)");
    this.seed = new IntParam(this, "seed", "seed (default 42)");
    this.maxTokens =
        new IntParam(
            this, "maxTokens", "the longest text in tokens (default 0: as the model can take)");
    this.precision = new Param<>(this, "precision", "float32 or bfloat16 (default float32)");
    this.head = new Param<>(this, "head", "keep, replace or extend (default keep)");
    this.loraRank =
        new IntParam(this, "loraRank", "rank of low-rank updates (default 0: the whole model)");
    this.freezeLayers =
        new IntParam(this, "freezeLayers", "first layers that stay as they are (default 0)");
    this.labelSmoothing = new DoubleParam(this, "labelSmoothing", "label smoothing (default 0)");
    this.balancedClasses =
        new BooleanParam(this, "balancedClasses", "rare labels count more (default false)");
    this.keepBest =
        new Param<>(this, "keepBest", "metric whose best weights are kept (default none)");
    this.earlyStopping =
        new IntParam(
            this,
            "earlyStopping",
            "evaluations without a better one after which it ends (default 0: never)");
    this.evaluateEvery =
        new IntParam(
            this, "evaluateEvery", "updates between evaluations (default 0: one an epoch)");
    this.saveEvery =
        new IntParam(this, "saveEvery", "updates between checkpoints (default 0: one an epoch)");
    Object unused =
        setDefault(checkpoint, "")
            .setDefault(outputFolder, "")
            .setDefault(checkpointFolder, "")
            .setDefault(resume, false)
            .setDefault(labelCol, "label")
            .setDefault(validationIndicatorCol, "")
            .setDefault(labels, new String[0])
            .setDefault(numWorkers, 0)
            .setDefault(timeout, 600)
            .setDefault(epochs, 3.0)
            .setDefault(maxSteps, 0)
            .setDefault(batchSize, 8)
            .setDefault(accumulationSteps, 1)
            .setDefault(learningRate, 5e-5)
            .setDefault(schedule, "linear")
            .setDefault(warmup, 0.0)
            .setDefault(weightDecay, 0.0)
            .setDefault(maxGradientNorm, 1.0)
            .setDefault(dropout, -1.0)
            .setDefault(seed, 42)
            .setDefault(maxTokens, 0)
            .setDefault(precision, "float32")
            .setDefault(head, "keep")
            .setDefault(loraRank, 0)
            .setDefault(freezeLayers, 0)
            .setDefault(labelSmoothing, 0.0)
            .setDefault(balancedClasses, false)
            .setDefault(keepBest, "")
            .setDefault(earlyStopping, 0)
            .setDefault(evaluateEvery, 0)
            .setDefault(saveEvery, 0);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The column of the texts; default {@code text}. */
  public Param<String> inputCol() {
    return columns.inputCol;
  }

  /** Sets {@link #inputCol()}. */
  public AfinaClassifier setInputCol(String value) {
    return with(columns.inputCol, value);
  }

  /** The column of the second texts of pairs; default none. */
  public Param<String> pairCol() {
    return columns.pairCol;
  }

  /** Sets {@link #pairCol()}. */
  public AfinaClassifier setPairCol(String value) {
    return with(columns.pairCol, value);
  }

  /**
   * The pretrained model to start from, as {@code Classifier.builder().checkpoint} takes it, or
   * {@code sparkfiles:name}; no default.
   */
  public Param<String> checkpoint() {
    return checkpoint;
  }

  /** Sets {@link #checkpoint()}. */
  public AfinaClassifier setCheckpoint(String value) {
    return with(checkpoint, value);
  }

  /**
   * A folder on a file system that driver and executors see. Each fit makes a folder of its own in
   * it, where the trained model is; no default.
   */
  public Param<String> outputFolder() {
    return outputFolder;
  }

  /** Sets {@link #outputFolder()}. */
  public AfinaClassifier setOutputFolder(String value) {
    return with(outputFolder, value);
  }

  /**
   * A folder on a file system that all executors see, for checkpoints: a training whose executor
   * died goes on from the newest. Default none.
   */
  public Param<String> checkpointFolder() {
    return checkpointFolder;
  }

  /** Sets {@link #checkpointFolder()}. */
  public AfinaClassifier setCheckpointFolder(String value) {
    return with(checkpointFolder, value);
  }

  /**
   * Whether it goes on from checkpoints that an earlier fit left in {@link #checkpointFolder()};
   * default false.
   */
  public BooleanParam resume() {
    return resume;
  }

  /** Sets {@link #resume()}. */
  public AfinaClassifier setResume(boolean value) {
    return with(resume, value);
  }

  /**
   * The column of the labels, of strings or whole numbers; default {@code label}. Where it is a
   * column of numbers with names as metadata, as StringIndexer makes it, the model has these names.
   */
  public Param<String> labelCol() {
    return labelCol;
  }

  /** Sets {@link #labelCol()}. */
  public AfinaClassifier setLabelCol(String value) {
    return with(labelCol, value);
  }

  /**
   * A column of booleans that is true in the rows to evaluate on, not to train on; default none.
   */
  public Param<String> validationIndicatorCol() {
    return validationIndicatorCol;
  }

  /** Sets {@link #validationIndicatorCol()}. */
  public AfinaClassifier setValidationIndicatorCol(String value) {
    return with(validationIndicatorCol, value);
  }

  /**
   * The labels in the order of the model's outputs; default: those of the checkpoint or the data,
   * as {@code ClassifierBuilder.labels} says.
   */
  public StringArrayParam labels() {
    return labels;
  }

  /** Sets {@link #labels()}. */
  public AfinaClassifier setLabels(String... value) {
    return with(labels, value.clone());
  }

  /** How many tasks train together; default 0: one an executor. */
  public IntParam numWorkers() {
    return numWorkers;
  }

  /** Sets {@link #numWorkers()}. */
  public AfinaClassifier setNumWorkers(int value) {
    return with(numWorkers, value);
  }

  /** After how many seconds without an answer an executor is given up; default 600. */
  public IntParam timeout() {
    return timeout;
  }

  /** Sets {@link #timeout()}. */
  public AfinaClassifier setTimeout(int value) {
    return with(timeout, value);
  }

  /** Passes over the data; default 3. */
  public DoubleParam epochs() {
    return epochs;
  }

  /** Sets {@link #epochs()}. */
  public AfinaClassifier setEpochs(double value) {
    return with(epochs, value);
  }

  /** Updates in all, instead of epochs; default 0, none. */
  public IntParam maxSteps() {
    return maxSteps;
  }

  /** Sets {@link #maxSteps()}. */
  public AfinaClassifier setMaxSteps(int value) {
    return with(maxSteps, value);
  }

  /**
   * Texts a forward pass of all executors together, so that their number does not change the
   * result; default 8, for one executor. A worker needs some dozens to be worth it.
   */
  public IntParam batchSize() {
    return batchSize;
  }

  /** Sets {@link #batchSize()}. */
  public AfinaClassifier setBatchSize(int value) {
    return with(batchSize, value);
  }

  /** Batches an update; default 1. */
  public IntParam accumulationSteps() {
    return accumulationSteps;
  }

  /** Sets {@link #accumulationSteps()}. */
  public AfinaClassifier setAccumulationSteps(int value) {
    return with(accumulationSteps, value);
  }

  /** The peak learning rate; default 5e-5. */
  public DoubleParam learningRate() {
    return learningRate;
  }

  /** Sets {@link #learningRate()}. */
  public AfinaClassifier setLearningRate(double value) {
    return with(learningRate, value);
  }

  /**
   * How the rate goes on, by transformers' name: {@code linear}, {@code cosine}, {@code
   * polynomial}, {@code constant}, {@code inverse_sqrt} or {@code reduce_lr_on_plateau}; default
   * linear.
   */
  public Param<String> schedule() {
    return schedule;
  }

  /** Sets {@link #schedule()}. */
  public AfinaClassifier setSchedule(String value) {
    return with(schedule, value);
  }

  /** Under 1 the share of all updates that warm up, else their number; default 0. */
  public DoubleParam warmup() {
    return warmup;
  }

  /** Sets {@link #warmup()}. */
  public AfinaClassifier setWarmup(double value) {
    return with(warmup, value);
  }

  /** Decoupled weight decay; default 0. */
  public DoubleParam weightDecay() {
    return weightDecay;
  }

  /** Sets {@link #weightDecay()}. */
  public AfinaClassifier setWeightDecay(double value) {
    return with(weightDecay, value);
  }

  /** To which norm gradients are clipped, 0 for off; default 1. */
  public DoubleParam maxGradientNorm() {
    return maxGradientNorm;
  }

  /** Sets {@link #maxGradientNorm()}. */
  public AfinaClassifier setMaxGradientNorm(double value) {
    return with(maxGradientNorm, value);
  }

  /** One rate for every dropout, in [0, 1); default −1: the checkpoint's. */
  public DoubleParam dropout() {
    return dropout;
  }

  /** Sets {@link #dropout()}. */
  public AfinaClassifier setDropout(double value) {
    return with(dropout, value);
  }

  /** The seed of order, new weights and dropout; default 42. */
  public IntParam seed() {
    return seed;
  }

  /** Sets {@link #seed()}. */
  public AfinaClassifier setSeed(int value) {
    return with(seed, value);
  }

  /** The longest text in tokens; default 0: what the model can take. */
  public IntParam maxTokens() {
    return maxTokens;
  }

  /** Sets {@link #maxTokens()}. */
  public AfinaClassifier setMaxTokens(int value) {
    return with(maxTokens, value);
  }

  /** In which precision it trains, {@code float32} or {@code bfloat16}; default float32. */
  public Param<String> precision() {
    return precision;
  }

  /** Sets {@link #precision()}. */
  public AfinaClassifier setPrecision(String value) {
    return with(precision, value);
  }

  /**
   * What becomes of the checkpoint's output layer: {@code keep}, {@code replace} or {@code extend};
   * default keep.
   */
  public Param<String> head() {
    return head;
  }

  /** Sets {@link #head()}. */
  public AfinaClassifier setHead(String value) {
    return with(head, value);
  }

  /** The rank of low-rank updates; default 0: the whole model is trained. */
  public IntParam loraRank() {
    return loraRank;
  }

  /** Sets {@link #loraRank()}. */
  public AfinaClassifier setLoraRank(int value) {
    return with(loraRank, value);
  }

  /** How many of the first layers stay as they are, embeddings included; default 0. */
  public IntParam freezeLayers() {
    return freezeLayers;
  }

  /** Sets {@link #freezeLayers()}. */
  public AfinaClassifier setFreezeLayers(int value) {
    return with(freezeLayers, value);
  }

  /** The share of each target that is spread over all labels; default 0. */
  public DoubleParam labelSmoothing() {
    return labelSmoothing;
  }

  /** Sets {@link #labelSmoothing()}. */
  public AfinaClassifier setLabelSmoothing(double value) {
    return with(labelSmoothing, value);
  }

  /** Whether rare labels count more, so that all count the same in sum; default false. */
  public BooleanParam balancedClasses() {
    return balancedClasses;
  }

  /** Sets {@link #balancedClasses()}. */
  public AfinaClassifier setBalancedClasses(boolean value) {
    return with(balancedClasses, value);
  }

  /**
   * The metric on the validation rows whose best weights are kept, such as {@code macro_f1};
   * default none: the last ones.
   */
  public Param<String> keepBest() {
    return keepBest;
  }

  /** Sets {@link #keepBest()}. */
  public AfinaClassifier setKeepBest(String value) {
    return with(keepBest, value);
  }

  /** After how many evaluations without a better one it ends; default 0: never. */
  public IntParam earlyStopping() {
    return earlyStopping;
  }

  /** Sets {@link #earlyStopping()}. */
  public AfinaClassifier setEarlyStopping(int value) {
    return with(earlyStopping, value);
  }

  /** Updates between two evaluations; default 0: one an epoch. */
  public IntParam evaluateEvery() {
    return evaluateEvery;
  }

  /** Sets {@link #evaluateEvery()}. */
  public AfinaClassifier setEvaluateEvery(int value) {
    return with(evaluateEvery, value);
  }

  /** Updates between two checkpoints; default 0: one an epoch. */
  public IntParam saveEvery() {
    return saveEvery;
  }

  /** Sets {@link #saveEvery()}. */
  public AfinaClassifier setSaveEvery(int value) {
    return with(saveEvery, value);
  }

  private <T> AfinaClassifier with(Param<T> param, T value) {
    Object unused = set(param, value);
    return this;
  }

  String text(Param<String> param) {
    return getOrDefault(param);
  }

  int whole(IntParam param) {
    return (Integer) getOrDefault(param);
  }

  private double number(DoubleParam param) {
    return (Double) getOrDefault(param);
  }

  boolean flag(BooleanParam param) {
    return (Boolean) getOrDefault(param);
  }

  TextColumns columns() {
    return columns;
  }

  /**
   * The model's schema, without its label names, which come with the data.
   *
   * @throws IllegalArgumentException when a column is missing or of another type
   */
  @Override
  public StructType transformSchema(StructType schema) {
    check(schema);
    return schema
        .add("probability", org.apache.spark.ml.linalg.SQLDataTypes.VectorType())
        .add("prediction", org.apache.spark.sql.types.DataTypes.DoubleType)
        .add("predictedLabel", org.apache.spark.sql.types.DataTypes.StringType);
  }

  /** Refuses what can be told without the rows. */
  void check(StructType schema) {
    columns.check(schema);
    int label = TextColumns.place(schema, "labelCol", text(labelCol));
    var type = schema.apply(label).dataType();
    if (!(type instanceof StringType || type instanceof NumericType)) {
      throw new IllegalArgumentException(
          "labelCol: column \"%s\" is of type %s, expected string or whole numbers"
              .formatted(text(labelCol), type.simpleString()));
    }
    String held = text(validationIndicatorCol);
    if (!held.isEmpty()) {
      int place = TextColumns.place(schema, "validationIndicatorCol", held);
      if (!(schema.apply(place).dataType() instanceof BooleanType)) {
        throw new IllegalArgumentException(
            "validationIndicatorCol: column \"%s\" is of type %s, expected boolean"
                .formatted(held, schema.apply(place).dataType().simpleString()));
      }
    }
    if (text(checkpoint).isBlank()) {
      throw new IllegalArgumentException(
          "checkpoint: none given; call setCheckpoint(...) with a folder, classpath: or Hub name");
    }
    if (text(outputFolder).isBlank()) {
      throw new IllegalArgumentException(
          "outputFolder: none given; call setOutputFolder(...) with a folder that driver and"
              + " executors see");
    }
    if (whole(numWorkers) < 0 || whole(timeout) < 1) {
      throw new IllegalArgumentException(
          "numWorkers, timeout: expected 0 or more and 1 or more, got %s and %s"
              .formatted(whole(numWorkers), whole(timeout)));
    }
    Object unused = builder("").check(!held.isEmpty());
  }

  /** The names of labels that are numbers in the data, where metadata has them; else empty. */
  List<String> namesOfNumbers(StructType schema) {
    var field = schema.apply(text(labelCol));
    if (field.dataType() instanceof NumericType
        && Attribute.fromStructField(field) instanceof NominalAttribute names
        && names.values().isDefined()) {
      return List.of(names.values().get());
    }
    return List.of();
  }

  /**
   * The training of one rank, but for what only it knows.
   *
   * @param onThisMachine the checkpoint
   */
  ClassifierBuilder builder(String onThisMachine) {
    ClassifierBuilder builder =
        Classifier.builder()
            .checkpoint(onThisMachine)
            .epochs(number(epochs))
            .batchSize(whole(batchSize))
            .accumulationSteps(whole(accumulationSteps))
            .learningRate(number(learningRate))
            .schedule(scheduleNamed(text(schedule)))
            .warmup(number(warmup))
            .weightDecay(number(weightDecay))
            .seed(whole(seed))
            .precision(precisionNamed(text(precision)))
            .options(
                dev.afina.training.TrainingOptions.standard()
                    .optimizer(o -> o.maxGradientNorm(number(maxGradientNorm))));
    String[] names = getOrDefault(labels);
    if (names.length > 0) {
      builder.labels(names);
    }
    if (whole(maxSteps) != 0) {
      builder.maxSteps(whole(maxSteps));
    }
    if (number(dropout) != -1) {
      builder.dropout(number(dropout));
    }
    if (whole(maxTokens) != 0) {
      builder.maxTokens(whole(maxTokens));
    }
    Loss loss = Loss.crossEntropy();
    if (number(labelSmoothing) != 0) {
      loss = loss.labelSmoothing(number(labelSmoothing));
    }
    builder.loss(flag(balancedClasses) ? loss.balancedClassWeights() : loss);
    if (whole(loraRank) != 0) {
      builder.lora(Lora.rank(whole(loraRank)));
    }
    if (whole(freezeLayers) != 0) {
      builder.freeze(Freeze.layers(whole(freezeLayers)));
    }
    addSelection(builder);
    return builder;
  }

  private void addSelection(ClassifierBuilder builder) {
    switch (text(head)) {
      case "keep" -> {}
      case "replace" -> builder.replaceHead();
      case "extend" -> builder.extendHead();
      default ->
          throw new IllegalArgumentException(
              "head: expected keep, replace or extend, got \"" + text(head) + "\"");
    }
    if (!text(keepBest).isEmpty()) {
      builder.keepBest(text(keepBest));
    }
    if (whole(earlyStopping) != 0) {
      builder.earlyStopping(whole(earlyStopping));
    }
    if (whole(evaluateEvery) != 0) {
      builder.evaluateEvery(whole(evaluateEvery));
    }
    if (whole(saveEvery) != 0) {
      builder.saveEvery(whole(saveEvery));
    }
    if (!text(checkpointFolder).isEmpty()) {
      builder.checkpoints(java.nio.file.Path.of(text(checkpointFolder)));
    }
  }

  private static Schedule scheduleNamed(String name) {
    return switch (name) {
      case "linear" -> Schedule.linear();
      case "cosine" -> Schedule.cosine();
      case "polynomial" -> Schedule.polynomial();
      case "constant" -> Schedule.constant();
      case "inverse_sqrt" -> Schedule.inverseSquareRoot();
      case "reduce_lr_on_plateau" -> Schedule.reduceOnPlateau();
      default ->
          throw new IllegalArgumentException(
              "schedule: expected linear, cosine, polynomial, constant, inverse_sqrt or"
                  + " reduce_lr_on_plateau, got \""
                  + name
                  + "\"");
    };
  }

  private static Precision precisionNamed(String name) {
    return Arrays.stream(Precision.values())
        .filter(p -> p.name().toLowerCase(java.util.Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "precision: expected float32 or bfloat16, got \"" + name + "\""));
  }

  /**
   * Trains, on the executors.
   *
   * @throws IllegalArgumentException when columns, labels, rows and params contradict each other or
   *     the checkpoint
   * @throws IllegalStateException when there are fewer free slots than workers
   * @throws java.io.UncheckedIOException when an executor cannot read the checkpoint, or ranks lost
   *     each other; names rank and host
   */
  @Override
  public AfinaClassifierModel fit(Dataset<?> dataset) {
    check(dataset.schema());
    AfinaClassifierModel model = new AfinaClassifierModel();
    String folder = new DistributedFit(this, dataset).run(model.uid());
    Object unused =
        model
            .setParent(this)
            .setInputCol(columns.input())
            .setPairCol(columns.pair())
            .setModel(folder);
    return model;
  }

  @Override
  public AfinaClassifier copy(ParamMap extra) {
    return defaultCopy(extra);
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
