package dev.afina;

import com.google.gson.JsonObject;
import dev.afina.card.TrainingFacts;
import dev.afina.data.DataReport;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.data.StratifiedFolds;
import dev.afina.internal.checkpoint.AtomicFolder;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.engine.NativeUse;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.model.Architectures;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.ModelLoader;
import dev.afina.internal.model.PackedModel;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.metrics.ConfusionMatrix;
import dev.afina.metrics.Metric;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import dev.afina.training.Checkpoints;
import dev.afina.training.Schedule;
import dev.afina.training.Trainer;
import dev.afina.training.TrainingControl;
import dev.afina.training.TrainingDivergedException;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import dev.afina.training.TrainingResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects what a fine-tuning needs; {@link #fit} does it. Only the checkpoint has no default.
 *
 * <p>Defaults are those of transformers' {@code TrainingArguments}; {@link TrainingOptions} lists
 * them. Not thread safe.
 */
public final class ClassifierBuilder {
  private static final Logger log = LoggerFactory.getLogger(ClassifierBuilder.class);
  private static final List<String> POSITIVE_METRICS = List.of("precision", "recall", "f1");

  private @Nullable String checkpoint;
  private @Nullable Path lockFile;
  private @Nullable Labels labels;
  private @Nullable Dataset validation;
  private @Nullable Path output;
  private TrainingOptions options = TrainingOptions.standard();
  private TrainingListener listener = TrainingListener.NONE;
  private ModelLoader.Head head = ModelLoader.Head.KEPT;
  private OptionalDouble dropout = OptionalDouble.empty();
  private Precision precision = Precision.FLOAT32;
  private int maxTokens;
  private Loss loss = Loss.crossEntropy();
  private Freeze freeze = Freeze.nothing();
  private @Nullable String positiveLabel;
  private final Map<String, ToDoubleFunction<Evaluation>> ownMetrics = new LinkedHashMap<>();
  private @Nullable Path checkpoints;
  private boolean resumes;
  private TrainingControl control = new TrainingControl();

  ClassifierBuilder() {}

  /**
   * The pretrained model to start from: a folder with config.json, model.safetensors (or
   * pytorch_model.bin) and tokenizer files; {@code classpath:folder/} or {@code
   * classpath:model.onnx}, as models come on Maven Central; or {@code owner/name@revision} on the
   * Hugging Face Hub, downloaded where the cache lacks it. The cache is the one of Python's
   * huggingface_hub, and the same environment variables count (HF_HOME, HF_TOKEN, HF_ENDPOINT,
   * HF_HUB_OFFLINE, …; see {@link dev.afina.hub.HubClient#fromEnvironment()}). An existing folder
   * wins over a Hub name.
   */
  public ClassifierBuilder checkpoint(String reference) {
    this.checkpoint = Objects.requireNonNull(reference, "checkpoint");
    return this;
  }

  /** The folder of the pretrained model to start from. */
  public ClassifierBuilder checkpoint(Path folder) {
    return checkpoint(folder.toString());
  }

  /**
   * Holds the checkpoint to a lock file, written by {@link Classifier#lock}: its commit is used,
   * and each file's SHA-256 is compared before training. Default none.
   */
  public ClassifierBuilder lockFile(Path file) {
    this.lockFile = Objects.requireNonNull(file, "lockFile");
    return this;
  }

  /**
   * The names of the labels in the order of the model's outputs, at least two. A row's label is one
   * of the names, or its position. Left out, they are the checkpoint's where it has named labels
   * and all rows use them, else those of the data in {@link Labels#from} order.
   */
  public ClassifierBuilder labels(String... names) {
    return labels(Labels.of(names));
  }

  /** As {@link #labels(String...)}. */
  public ClassifierBuilder labels(Labels labels) {
    this.labels = Objects.requireNonNull(labels, "labels");
    return this;
  }

  /** Data to evaluate on after each epoch; default none. */
  public ClassifierBuilder validation(Dataset data) {
    this.validation = Objects.requireNonNull(data, "validation");
    return this;
  }

  /**
   * The longest text in tokens, the special ones included; longer ones are cut, in training and in
   * prediction. Default: as long as the model can take. A short limit saves time and memory.
   */
  public ClassifierBuilder maxTokens(int value) {
    if (value < 1) {
      throw new IllegalArgumentException("maxTokens: expected 1 or more, got " + value);
    }
    this.maxTokens = value;
    return this;
  }

  /** One rate for every dropout, in [0, 1); default: the rates of the checkpoint's config.json. */
  public ClassifierBuilder dropout(double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("dropout: expected a rate in [0, 1), got " + rate);
    }
    this.dropout = OptionalDouble.of(rate);
    return this;
  }

  /**
   * The precision of the forward and backward passes; default {@link Precision#FLOAT32}. {@link
   * Precision#BFLOAT16} is the Trainer's {@code bf16=True}: weights, gradients and the optimizer
   * stay in float32, and so does what the trained classifier predicts.
   *
   * @throws IllegalArgumentException for {@link Precision#INT8}, in which nothing can be trained
   */
  public ClassifierBuilder precision(Precision value) {
    if (value == Precision.INT8) {
      throw new IllegalArgumentException(
          "precision: expected FLOAT32 or BFLOAT16, got INT8, which is for prediction:"
              + " call withPrecision(INT8) on the trained classifier");
    }
    this.precision = Objects.requireNonNull(value, "precision");
    return this;
  }

  /** Trains a new output layer in place of the checkpoint's, for other labels. */
  public ClassifierBuilder replaceHead() {
    this.head = ModelLoader.Head.REPLACED;
    return this;
  }

  /**
   * A folder that always holds the weights to keep so far: it is written after each epoch that
   * counts as best (each one where no metric chooses). A training that is interrupted or diverges
   * then loses one epoch at most. Default none.
   */
  public ClassifierBuilder output(Path folder) {
    this.output = Objects.requireNonNull(folder, "output");
    return this;
  }

  /** Receives the plan, each step and each epoch of the training. Default: none. */
  public ClassifierBuilder listener(TrainingListener listener) {
    this.listener = Objects.requireNonNull(listener, "listener");
    return this;
  }

  /**
   * Every training option that {@code options} sets. What it leaves at its default stays as it is
   * here; of an option that is set twice, here and there, the later call counts.
   */
  public ClassifierBuilder options(TrainingOptions options) {
    this.options = this.options.and(options);
    return this;
  }

  /** Passes over the data, may be fractional; default 3. */
  public ClassifierBuilder epochs(double value) {
    options = options.epochs(value);
    return this;
  }

  /** Updates in all, instead of epochs; default none. */
  public ClassifierBuilder maxSteps(int value) {
    options = options.maxSteps(value);
    return this;
  }

  /** Texts a forward pass in training; default 8. */
  public ClassifierBuilder batchSize(int value) {
    options = options.batchSize(value);
    return this;
  }

  /** Batches an update; default 1. */
  public ClassifierBuilder accumulationSteps(int value) {
    options = options.accumulationSteps(value);
    return this;
  }

  /** The peak learning rate; default 5e-5. */
  public ClassifierBuilder learningRate(double value) {
    options = options.optimizer(o -> o.learningRate(value));
    return this;
  }

  /** Under 1 the share of all updates that warm up, else their number; default 0. */
  public ClassifierBuilder warmup(double value) {
    options = options.warmup(value);
    return this;
  }

  /** Decoupled weight decay of all but biases and norms; default 0. */
  public ClassifierBuilder weightDecay(double value) {
    options = options.optimizer(o -> o.weightDecay(value));
    return this;
  }

  /** The seed of order, new weights and dropout; default 42. */
  public ClassifierBuilder seed(int value) {
    options = options.seed(value);
    return this;
  }

  /**
   * Keeps the weights that are best on the validation data by {@code "loss"}, the {@link
   * Metric#key()} of a metric, for example {@code "macro_f1"}, {@code "f1"} of the {@link
   * #positiveLabel} or a {@linkplain #metric metric of one's own}; default: the last ones. {@link
   * #fit} refuses another name.
   */
  public ClassifierBuilder keepBest(String metric) {
    options = options.evaluation(e -> e.keepBest(Objects.requireNonNull(metric, "keepBest")));
    return this;
  }

  /**
   * The label whose precision, recall and F1 are metrics of the evaluations, under the names {@code
   * "precision"}, {@code "recall"} and {@code "f1"}: what binary tasks are judged by. Default none.
   */
  public ClassifierBuilder positiveLabel(String name) {
    this.positiveLabel = Objects.requireNonNull(name, "positiveLabel");
    return this;
  }

  /**
   * A metric of the user's own, for the evaluations during training and for {@link #keepBest}.
   *
   * @param name none of the built-in ones; one that ends in {@code loss} or {@code error} is better
   *     when smaller, else see {@link
   *     dev.afina.training.EvaluationOptions#greaterIsBetter(boolean)}
   * @param value called on the training thread after each evaluation
   */
  public ClassifierBuilder metric(String name, ToDoubleFunction<Evaluation> value) {
    Objects.requireNonNull(name, "metric");
    if (name.isBlank() || Evaluation.metricNames().contains(name)) {
      throw new IllegalArgumentException(
          "metric: expected a name that is not taken, got \"" + Excerpt.of(name) + "\"");
    }
    ownMetrics.put(name, Objects.requireNonNull(value, name));
    return this;
  }

  /**
   * Ends the training when the metric of {@link #keepBest} has not got better for some evaluations
   * in a row; transformers' rule. Default: never.
   */
  public ClassifierBuilder earlyStopping(int patience) {
    options = options.evaluation(e -> e.patience(patience));
    return this;
  }

  /** Updates between two evaluations; default: one at the end of each epoch. */
  public ClassifierBuilder evaluateEvery(int steps) {
    options = options.evaluation(e -> e.everySteps(steps));
    return this;
  }

  /** How the learning rate goes on after the warmup; default {@link Schedule#linear()}. */
  public ClassifierBuilder schedule(Schedule value) {
    options = options.schedule(value);
    return this;
  }

  /**
   * A time after which the training ends with the update it is in, as if that were the last one,
   * with the best weights so far where a metric chooses. Default none.
   */
  public ClassifierBuilder trainFor(Duration time) {
    options = options.timeBudget(time);
    return this;
  }

  /** What the training makes small; default {@link Loss#crossEntropy()}. */
  public ClassifierBuilder loss(Loss value) {
    this.loss = Objects.requireNonNull(value, "loss");
    return this;
  }

  /** What the training leaves as it is; default {@link Freeze#nothing()}. */
  public ClassifierBuilder freeze(Freeze value) {
    this.freeze = Objects.requireNonNull(value, "freeze");
    return this;
  }

  /**
   * A folder for training checkpoints, {@code checkpoint-N} after N updates: a model that Python
   * opens, with what the training needs to go on beside it (optimizer, schedule, random numbers,
   * position, best weights so far) and transformers' {@code trainer_state.json}. They are written
   * after each epoch, or {@linkplain dev.afina.training.SavingOptions as the options say}. Default
   * none.
   */
  public ClassifierBuilder checkpoints(Path folder) {
    this.checkpoints = Objects.requireNonNull(folder, "checkpoints");
    return this;
  }

  /** Updates between two checkpoints; default: one at the end of each epoch. */
  public ClassifierBuilder saveEvery(int steps) {
    options = options.saving(s -> s.everySteps(steps));
    return this;
  }

  /**
   * Goes on from the newest checkpoint in the folder of {@link #checkpoints}, or begins where there
   * is none. The weights that come out are those of a training that was never ended, to the bit, on
   * the same machine.
   */
  public ClassifierBuilder resume() {
    this.resumes = true;
    return this;
  }

  /** Whom other threads and the listener ask to stop, evaluate or save; default nobody. */
  public ClassifierBuilder control(TrainingControl value) {
    this.control = Objects.requireNonNull(value, "control");
    return this;
  }

  /**
   * Fine-tunes the checkpoint on {@code train}, on this thread. Options, data, labels and the
   * output folder are checked before anything is downloaded, what depends on config.json before
   * weights are read and texts are tokenized.
   *
   * @return the classifier; the caller closes it
   * @throws IllegalStateException when no checkpoint was given
   * @throws IllegalArgumentException when data, labels and options contradict each other or the
   *     checkpoint
   * @throws TrainingDivergedException when a loss is not finite; the {@link #output} folder, where
   *     one was given, then holds the last epoch that counted
   * @throws java.io.InterruptedIOException when the thread was interrupted (it stays so: {@link
   *     Thread#interrupted()} clears the flag) or the JVM is shutting down; the {@link #output}
   *     folder then holds the last epoch that counted
   * @throws IOException when the checkpoint cannot be downloaded or read, or is not the one of the
   *     {@link #lockFile}, or the output folder cannot be written
   */
  public Classifier fit(Dataset train) throws IOException {
    Objects.requireNonNull(train, "train");
    if (checkpoint == null) {
      throw new IllegalStateException(
          "checkpoint: none given; call checkpoint(...) with a folder, classpath: or Hub name");
    }
    TrainingOptions settled = options;
    check(validation != null);
    LabelChoice choice =
        new LabelChoice(labels, head == ModelLoader.Head.REPLACED, train, validation);
    choice.check();
    try (NativeUse use = NativeUse.begin("training")) {
      precision.forTraining(); // refuses here what this machine cannot do
    }
    if (output != null) {
      AtomicFolder.prepare(output); // before hours of training, not after
    }
    if (checkpoints != null) {
      CheckpointFolders.prepare(checkpoints, resumes);
    }
    if (lockFile == null && choice.needsCheckpoint()) {
      Optional<JsonObject> config = CheckpointFiles.configFirst(checkpoint);
      if (config.isPresent()) {
        choice.settle(config.get(), checkpoint); // before the weights are downloaded
      }
    }
    try (CheckpointFiles files =
        lockFile == null
            ? CheckpointFiles.open(checkpoint)
            : CheckpointFiles.open(checkpoint, lockFile)) {
      JsonObject config = files.config();
      LabelChoice.Settled rows = choice.settle(config, files.description());
      int ways = rows.labels().size();
      loss.requireFor(ways);
      if (positiveLabel != null && !rows.labels().names().contains(positiveLabel)) {
        throw new IllegalArgumentException(
            "positiveLabel: \"%s\" is none of %s"
                .formatted(Excerpt.of(positiveLabel), Excerpt.of(rows.labels())));
      }
      TextEncoder.requireTaken(
          Architectures.of(new ConfigJson(config, files.description()), ways), maxTokens);
      Model model = ModelLoader.load(files, ways, head, settled.seed());
      return Classifier.assemble(
          model,
          () -> Tokenizer.load(files::read),
          tokenizer -> {
            files.close(); // gives the memory of an ONNX file back before the training, not after
            return fit(train, settled, rows, model, encoder(tokenizer, model));
          });
    }
  }

  /**
   * Fine-tunes the checkpoint once for each fold, on all other folds, and evaluates it on that one:
   * stratified k-fold cross-validation. The options are those of {@link #fit}; the fold that is
   * tested is never the {@link #validation} data, so what {@link #keepBest} and {@link
   * #earlyStopping} go by is given as for {@code fit}.
   *
   * @param data all rows labelled
   * @param folds 2 or more; they are scikit-learn's {@code StratifiedKFold(folds, shuffle=True,
   *     random_state=seed)}
   * @throws IllegalStateException when an {@link #output} or {@link #checkpoints} folder is set,
   *     because there is no one model to save
   * @throws IllegalArgumentException as {@code fit}, and when a label has fewer rows than folds
   * @throws IOException as {@code fit}
   */
  public CrossValidation crossValidate(Dataset data, int folds) throws IOException {
    if (output != null || checkpoints != null) {
      throw new IllegalStateException(
          "crossValidate: makes no model to keep in "
              + (output != null ? output : checkpoints)
              + "; call it without output(...) and checkpoints(...)");
    }
    StratifiedFolds parts = StratifiedFolds.of(data, folds, Integer.toUnsignedLong(options.seed()));
    Labels given = labels;
    Labels all = given == null ? Labels.from(data) : given;
    Prediction[] predictions = new Prediction[data.size()];
    List<Evaluation> evaluations = new ArrayList<>();
    try {
      labels = all; // a fold may lack one
      for (int fold = 0; fold < folds; fold++) {
        Dataset.Split split = parts.split(fold);
        try (Classifier classifier = fit(split.train())) {
          Evaluation evaluation = classifier.evaluate(split.test());
          evaluations.add(evaluation);
          int[] rows = parts.testRows(fold);
          for (int i = 0; i < rows.length; i++) {
            predictions[rows[i]] = evaluation.predictions().get(i);
          }
          log.info("fold {} of {}: {}", fold + 1, folds, evaluation);
        }
      }
    } finally {
      labels = given;
    }
    List<Integer> truth = all.resolveAll("data", data, Dataset.of());
    return new CrossValidation(evaluations, Evaluation.of(all, truth, Arrays.asList(predictions)));
  }

  /**
   * Refuses options that contradict each other, as {@link #fit} does before all else.
   *
   * @param withValidation whether there will be validation data
   * @throws IllegalArgumentException naming both options and their values
   */
  public ClassifierBuilder check(boolean withValidation) {
    options.evaluation().keepBest().ifPresent(this::requireMetric);
    options.check(withValidation);
    if (checkpoints == null) {
      if (resumes) {
        throw new IllegalArgumentException("resume() needs checkpoints(folder)");
      }
      OptionalInt steps = options.saving().everySteps();
      OptionalInt limit = options.saving().limit();
      if (steps.isPresent() || limit.isPresent()) {
        throw new IllegalArgumentException(
            (steps.isPresent()
                    ? "saveEvery(" + steps.getAsInt() + ")"
                    : "saveLimit " + limit.getAsInt())
                + " needs checkpoints(folder)");
      }
    }
    return this;
  }

  private void requireMetric(String metric) {
    List<String> known = new ArrayList<>(Evaluation.metricNames());
    if (positiveLabel != null) {
      known.addAll(POSITIVE_METRICS);
    } else if (POSITIVE_METRICS.contains(metric)) {
      throw new IllegalArgumentException(
          "keepBest: \"%s\" needs positiveLabel(...); of all labels together they are macro_%s, …"
              .formatted(metric, metric));
    }
    known.addAll(ownMetrics.keySet());
    if (!known.contains(metric)) {
      throw new IllegalArgumentException(
          "keepBest: metric \""
              + Excerpt.of(metric)
              + "\": unknown, expected one of "
              + String.join(", ", known));
    }
  }

  private TextEncoder encoder(Tokenizer tokenizer, Model model) {
    return TextEncoder.of(tokenizer, model.architecture(), maxTokens);
  }

  private Classifier fit(
      Dataset train,
      TrainingOptions settled,
      LabelChoice.Settled rows,
      Model model,
      TextEncoder encoder)
      throws IOException {
    Labels labels = rows.labels();
    List<Encoding> texts = encoder.encode(train);
    String truncation = encoder.truncation(texts);
    if (!truncation.isEmpty()) {
      log.warn("training data: {}", truncation);
    }
    int[] truth = rows.training().stream().mapToInt(i -> i).toArray();
    DataReport.of(train, validation).warnings().forEach(log::warn);
    SingleLabelLoss objective = new SingleLabelLoss(loss, truth, labels.size());
    RateShares shares =
        new RateShares(model.architecture().spec().parameters(), settled.optimizer(), freeze);
    List<Encoding> held = validation == null ? List.of() : encoder.encode(validation);
    FineTuning.Validation evaluation = evaluation(model, rows, held, objective);
    Checkpoints kept =
        checkpoints(settled, model, labels, encoder, identity(settled, rows, texts, held));
    WeightSaver saver = new WeightSaver(listener, () -> save(model, labels, encoder));
    try (NativeUse use = NativeUse.begin("training");
        FineTuning task =
            new FineTuning(
                model,
                texts,
                truth,
                objective,
                shares,
                precision.forTraining(),
                Dropout.seeded(settled.seed(), dropout),
                settled.optimizer().weightDecay(),
                evaluation)) {
      TrainingResult result = Trainer.fit(task, settled, saver, control, kept);
      return new Classifier(model, labels, encoder, facts(settled, result, rows.training()));
    } catch (TrainingDivergedException e) {
      if (output == null) {
        throw new TrainingDivergedException(
            e, "call output(folder) to have the last good weights saved");
      }
      throw new TrainingDivergedException(
          e,
          saver.saved().isEmpty()
              ? "no epoch had ended, so nothing was saved to " + output
              : "the last good weights, those of " + saver.saved() + ", are in " + output);
    }
  }

  private Checkpoints checkpoints(
      TrainingOptions settled,
      Model model,
      Labels labels,
      TextEncoder encoder,
      TrainingIdentity identity)
      throws IOException {
    if (checkpoints == null) {
      return Checkpoints.NONE;
    }
    CheckpointFolders folders =
        new CheckpointFolders(
            checkpoints,
            settled.saving(),
            new StateFile.TrainingFigures(
                settled.evaluation().everySteps().orElse(settled.loggingSteps()),
                settled.loggingSteps(),
                settled.saving().everySteps().orElse(500),
                settled.batchSize()),
            folder -> SavedModel.writeFiles(folder, model, labels, encoder));
    if (resumes) {
      folders.resume(model, identity);
    } else {
      folders.begin(identity);
    }
    return folders;
  }

  private TrainingIdentity identity(
      TrainingOptions settled,
      LabelChoice.Settled rows,
      List<Encoding> training,
      List<Encoding> held) {
    return new TrainingIdentity.Builder()
        .add("checkpoint", Objects.requireNonNull(checkpoint))
        .addAll(settled.deciding())
        .add("loss", loss)
        .add("freeze", freeze)
        .add("dropout", dropout.isPresent() ? dropout.getAsDouble() : "the checkpoint's")
        .add("precision", precision)
        .add("head", head)
        .add("labels", rows.labels().names())
        .add("training data", TrainingIdentity.digest(training, rows.training()))
        .add("validation data", TrainingIdentity.digest(held, rows.validation()))
        .build();
  }

  private TrainingFacts facts(TrainingOptions settled, TrainingResult result, List<Integer> rows) {
    return TrainingFacts.of(Objects.requireNonNull(checkpoint), settled, result, rows)
        .validationRows(validation == null ? 0 : validation.size())
        .precision(precision.name().toLowerCase(Locale.ROOT));
  }

  private FineTuning.Validation evaluation(
      Model model, LabelChoice.Settled rows, List<Encoding> texts, SingleLabelLoss objective) {
    if (texts.isEmpty()) {
      return stop -> Map.of();
    }
    return stop -> {
      Optional<PackedModel> packed = Precision.FLOAT32.pack(model);
      try {
        Predictor predictor = new Predictor(model, packed, rows.labels());
        List<Prediction> predictions = predictor.predict(texts, stop);
        return metrics(
            new Evaluation(rows.labels(), rows.validation(), predictions),
            objective.mean(predictions, rows.validation()));
      } finally {
        packed.ifPresent(PackedModel::close);
      }
    };
  }

  /** The metrics of an evaluation, where the loss is the one that the training makes small. */
  private Map<String, Double> metrics(Evaluation evaluation, double objective) {
    Map<String, Double> metrics = new LinkedHashMap<>(evaluation.metrics());
    metrics.put("loss", objective);
    if (positiveLabel != null) {
      ConfusionMatrix matrix = evaluation.confusionMatrix();
      int positive = matrix.labels().indexOf(positiveLabel);
      metrics.put("precision", matrix.precision(positive));
      metrics.put("recall", matrix.recall(positive));
      metrics.put("f1", matrix.f1(positive));
    }
    ownMetrics.forEach((name, value) -> metrics.put(name, value.applyAsDouble(evaluation)));
    return metrics;
  }

  private void save(Model model, Labels labels, TextEncoder encoder) throws IOException {
    if (output != null) {
      SavedModel.write(output, model, labels, encoder);
    }
  }
}
