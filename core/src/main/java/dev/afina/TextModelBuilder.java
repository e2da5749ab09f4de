package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Folds;
import dev.afina.data.Labels;
import dev.afina.hub.HubClient;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.model.ModelLoader;
import dev.afina.metrics.Metric;
import dev.afina.training.Schedule;
import dev.afina.training.TrainingControl;
import dev.afina.training.TrainingDivergedException;
import dev.afina.training.TrainingGroup;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects what a fine-tuning needs; {@link #fit} does it. Only the checkpoint has no default.
 *
 * <p>Defaults are those of transformers' {@code TrainingArguments}; {@link TrainingOptions} lists
 * them. Not thread safe.
 *
 * @param <B> the builder itself
 * @param <M> what it makes
 * @param <P> what that says of one text
 * @param <E> how well it does on many
 */
public abstract sealed class TextModelBuilder<
        B extends TextModelBuilder<B, M, P, E>,
        M extends TextModel<P, E>,
        P,
        E extends EvaluationResult<P>>
    permits ClassifierBuilder, MultiLabelClassifierBuilder, RegressorBuilder {
  private static final Logger log = LoggerFactory.getLogger(TextModelBuilder.class);

  private FitSettings settings = new FitSettings();
  private @Nullable Labels names;
  private final Map<String, ToDoubleFunction<E>> ownMetrics = new LinkedHashMap<>();

  TextModelBuilder() {}

  abstract B self();

  /** The names of the outputs, where the user gave them. */
  final @Nullable Labels names() {
    return names;
  }

  final B names(Labels value) {
    this.names = value;
    return self();
  }

  final ModelLoader.Head head() {
    return settings.head;
  }

  final boolean headReplaced() {
    return settings.head == ModelLoader.Head.REPLACED;
  }

  /**
   * The pretrained model to start from: a folder with config.json, model.safetensors (or
   * pytorch_model.bin) and tokenizer files; {@code classpath:folder/} or {@code
   * classpath:model.onnx}, as models come on Maven Central; or {@code owner/name@revision} on the
   * Hugging Face Hub, downloaded where the cache lacks it. The cache is the one of Python's
   * huggingface_hub, and the same environment variables count (HF_HOME, HF_TOKEN, HF_ENDPOINT,
   * HF_HUB_OFFLINE, …; see {@link dev.afina.hub.HubClient#fromEnvironment()}). An existing folder
   * wins over a Hub name.
   */
  public final B checkpoint(String reference) {
    settings.checkpoint = Objects.requireNonNull(reference, "checkpoint");
    return self();
  }

  /**
   * The pretrained model to start from, where it is one of the Hub downloaded with this client: its
   * cache, token, endpoint and listener.
   *
   * <pre>{@code
   * HubClient hub = HubClient.fromEnvironment(System.getenv())
   *     .listener(p -> System.err.printf("%s: %d of %d bytes%n", p.file(), p.bytes(), p.size()))
   *     .build();
   * Classifier.builder().checkpoint("distilbert-base-uncased", hub);
   * }</pre>
   */
  public final B checkpoint(String reference, HubClient hub) {
    Objects.requireNonNull(hub, "hub");
    settings.hub = () -> hub;
    return checkpoint(reference);
  }

  /** The folder of the pretrained model to start from. */
  public final B checkpoint(Path folder) {
    return checkpoint(folder.toString());
  }

  /**
   * Holds the checkpoint to a lock file, written by {@link Classifier#lock}: its commit is used,
   * and each file's SHA-256 is compared before training. Default none.
   */
  public final B lockFile(Path file) {
    settings.lockFile = Objects.requireNonNull(file, "lockFile");
    return self();
  }

  /** Data to evaluate on after each epoch; default none. */
  public final B validation(Dataset data) {
    settings.validation = Objects.requireNonNull(data, "validation");
    return self();
  }

  /**
   * The longest text in tokens, the special ones included, or the longest window of one; of longer
   * texts {@link #longTexts} tells what becomes, in training and in prediction. Default: as long as
   * the model can take. A short limit saves time and memory.
   */
  public final B maxTokens(int value) {
    if (value < 1) {
      throw new IllegalArgumentException("maxTokens: expected 1 or more, got " + value);
    }
    settings.maxTokens = value;
    return self();
  }

  /**
   * What becomes of texts that are longer than {@link #maxTokens}, in training and in prediction;
   * default {@link LongTexts#cut()}. {@link #fit} refuses what does not fit into maxTokens.
   */
  public final B longTexts(LongTexts value) {
    settings.longTexts = Objects.requireNonNull(value, "longTexts");
    return self();
  }

  /** One rate for every dropout, in [0, 1); default: the rates of the checkpoint's config.json. */
  public final B dropout(double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("dropout: expected a rate in [0, 1), got " + rate);
    }
    settings.dropout = OptionalDouble.of(rate);
    return self();
  }

  /**
   * The precision of the forward and backward passes; default {@link Precision#FLOAT32}. {@link
   * Precision#BFLOAT16} is the Trainer's {@code bf16=True}: weights, gradients and the optimizer
   * stay in float32, and so does what the trained classifier predicts.
   *
   * @throws IllegalArgumentException for {@link Precision#INT8} and {@link
   *     Precision#FLOAT16_WEIGHTS}, in which nothing can be trained
   */
  public final B precision(Precision value) {
    if (value == Precision.INT8 || value == Precision.FLOAT16_WEIGHTS) {
      throw new IllegalArgumentException(
          "precision: expected FLOAT32 or BFLOAT16, got %s, which is for prediction: call withPrecision(%s) on the trained classifier"
              .formatted(value, value));
    }
    settings.precision = Objects.requireNonNull(value, "precision");
    return self();
  }

  /**
   * What comes after the encoder: whose head, its dropout, which hidden states it reads. Default:
   * as the checkpoint has it, {@link Head#standard()} where that says nothing. Where the checkpoint
   * has a head of the other kind, the output layer is new.
   */
  public final B head(Head value) {
    settings.headForm = Objects.requireNonNull(value, "head");
    return self();
  }

  /** Trains a new output layer in place of the checkpoint's, for other labels. */
  public final B replaceHead() {
    settings.head = ModelLoader.Head.REPLACED;
    return self();
  }

  /**
   * Adds labels to those of a checkpoint whose output layer has learned: a label that the
   * checkpoint has keeps its row of weights, whatever its new position, and a new label gets the
   * row that a new output layer would have, as transformers draws it. Python starts the whole layer
   * anew. Where no labels are given, they are the checkpoint's and behind them those that only the
   * data has. Not for a {@link Regressor}.
   */
  public final B extendHead() {
    settings.head = ModelLoader.Head.EXTENDED;
    return self();
  }

  /**
   * A folder that always holds the weights to keep so far: it is written after each epoch that
   * counts as best (each one where no metric chooses). A training that is interrupted or diverges
   * then loses one epoch at most. Default none.
   */
  public final B output(Path folder) {
    settings.output = Objects.requireNonNull(folder, "output");
    return self();
  }

  /**
   * Receives the plan, each step and each epoch of the training: a {@link
   * dev.afina.training.ProgressBar}, a {@link dev.afina.training.LogListener}, a {@link
   * dev.afina.training.TensorBoardListener} or one of your own. Called again it adds another; they
   * are told in that order. Default: none.
   */
  public final B listener(TrainingListener listener) {
    Objects.requireNonNull(listener, "listener");
    settings.listener =
        settings.listener == TrainingListener.NONE
            ? listener
            : TrainingListener.all(settings.listener, listener);
    return self();
  }

  /**
   * Every training option that {@code options} sets. What it leaves at its default stays as it is
   * here; of an option that is set twice, here and there, the later call counts.
   */
  public final B options(TrainingOptions options) {
    settings.options = settings.options.and(options);
    return self();
  }

  /** Passes over the data, may be fractional; default 3. */
  public final B epochs(double value) {
    settings.options = settings.options.epochs(value);
    return self();
  }

  /** Updates in all, instead of epochs; default none. */
  public final B maxSteps(int value) {
    settings.options = settings.options.maxSteps(value);
    return self();
  }

  /** Texts a forward pass in training; default 8. */
  public final B batchSize(int value) {
    settings.options = settings.options.batchSize(value);
    return self();
  }

  /** Batches an update; default 1. */
  public final B accumulationSteps(int value) {
    settings.options = settings.options.accumulationSteps(value);
    return self();
  }

  /** The peak learning rate; default 5e-5. */
  public final B learningRate(double value) {
    settings.options = settings.options.optimizer(o -> o.learningRate(value));
    return self();
  }

  /** Under 1 the share of all updates that warm up, else their number; default 0. */
  public final B warmup(double value) {
    settings.options = settings.options.warmup(value);
    return self();
  }

  /** Decoupled weight decay of all but biases and norms; default 0. */
  public final B weightDecay(double value) {
    settings.options = settings.options.optimizer(o -> o.weightDecay(value));
    return self();
  }

  /**
   * The cores that the training uses at most, 1 to 1,024; default all. Each batch is divided into
   * as many parts, and the same number gives the same bits on machines with more or fewer cores of
   * the same kind. Evaluations use all cores. How many there are for everything, {@code
   * -Dafina.workers} says.
   *
   * @throws IllegalArgumentException for another number
   */
  public final B workers(int value) {
    settings.options = settings.options.workers(value);
    return self();
  }

  /** The seed of order, new weights and dropout; default 42. */
  public final B seed(int value) {
    settings.options = settings.options.seed(value);
    return self();
  }

  /**
   * Keeps the weights that are best on the validation data by {@code "loss"}, the {@link
   * Metric#key()} of a metric, for example {@code "macro_f1"} or {@code "top_3_accuracy"}, or a
   * {@linkplain #metric metric of one's own}; default: the last ones. {@link #fit} refuses another
   * name, and a metric that is undefined for the validation data whatever is predicted.
   */
  public final B keepBest(String metric) {
    settings.options =
        settings.options.evaluation(e -> e.keepBest(Objects.requireNonNull(metric, "keepBest")));
    return self();
  }

  /**
   * A metric of the user's own, for the evaluations during training and for {@link #keepBest}.
   *
   * @param name none of the built-in ones; one that ends in {@code loss} or {@code error} is better
   *     when smaller, else see {@link
   *     dev.afina.training.EvaluationOptions#greaterIsBetter(boolean)}
   * @param value called on the training thread after each evaluation
   */
  public final B metric(String name, ToDoubleFunction<E> value) {
    Objects.requireNonNull(name, "metric");
    if (name.isBlank() || metricNames().contains(name)) {
      throw new IllegalArgumentException(
          "metric: expected a name that is not taken, got \"" + Excerpt.of(name) + "\"");
    }
    ownMetrics.put(name, Objects.requireNonNull(value, name));
    return self();
  }

  /**
   * Ends the training when the metric of {@link #keepBest} has not got better for some evaluations
   * in a row; transformers' rule. Default: never.
   */
  public final B earlyStopping(int patience) {
    settings.options = settings.options.evaluation(e -> e.patience(patience));
    return self();
  }

  /** Updates between two evaluations; default: one at the end of each epoch. */
  public final B evaluateEvery(int steps) {
    settings.options = settings.options.evaluation(e -> e.everySteps(steps));
    return self();
  }

  /** How the learning rate goes on after the warmup; default {@link Schedule#linear()}. */
  public final B schedule(Schedule value) {
    settings.options = settings.options.schedule(value);
    return self();
  }

  /**
   * A time after which the training ends with the update it is in, as if that were the last one,
   * with the best weights so far where a metric chooses. Default none.
   */
  public final B trainFor(Duration time) {
    settings.options = settings.options.timeBudget(time);
    return self();
  }

  /** What the training leaves as it is; default {@link Freeze#nothing()}. */
  public final B freeze(Freeze value) {
    settings.freeze = Objects.requireNonNull(value, "freeze");
    return self();
  }

  /**
   * Trains low-rank updates of some linear layers and the head, and leaves the encoder's own
   * weights as they are. Afterwards the updates are merged into the weights, so the model predicts
   * as fast as any; {@link TextModel#saveAdapter} saves them apart, and so do {@link #checkpoints}.
   * Default: all weights are trained. {@link #fit} refuses it together with {@link #freeze}, a
   * target that the checkpoint does not have, and a rank over the size of a layer.
   */
  public final B lora(Lora value) {
    settings.lora = Objects.requireNonNull(value, "lora");
    return self();
  }

  /**
   * A folder for training checkpoints, {@code checkpoint-N} after N updates: a model that Python
   * opens (with {@link #lora} an adapter that PEFT opens), with what the training needs to go on
   * beside it (optimizer, schedule, random numbers, position, best weights so far) and
   * transformers' {@code trainer_state.json}. They are written after each epoch, or {@linkplain
   * dev.afina.training.SavingOptions as the options say}. Default none.
   */
  public final B checkpoints(Path folder) {
    settings.checkpoints = Objects.requireNonNull(folder, "checkpoints");
    return self();
  }

  /**
   * Uploads each checkpoint to the Hugging Face Hub when it is written, with a card: transformers'
   * {@code push_to_hub} with {@code hub_strategy="every_save"}. {@link #fit} makes the repository
   * before the training and refuses where that fails. An upload that fails later does not end the
   * training, and the checkpoint stays in its folder: a line of the log tells, and {@link
   * dev.afina.training.TrainingResult#uploadProblem()}. The training waits for each upload. What
   * the repository has at the end is the last checkpoint; {@link TextModel#pushToHub(String)} puts
   * the weights that were kept there.
   *
   * @param name {@code owner/name}
   * @throws IllegalArgumentException when it is no such name
   */
  public final B pushEachSave(String name) {
    return pushEachSave(name, PushOptions.standard());
  }

  /**
   * Uploads each checkpoint to the Hugging Face Hub when it is written.
   *
   * @param name {@code owner/name}
   * @param options client, card, visibility, message or branch
   * @throws IllegalArgumentException when it is no such name, the card is that of another one, or a
   *     pull request is asked for, which each save would open anew
   */
  public final B pushEachSave(String name, PushOptions options) {
    settings.push = new SavePush(name, options);
    return self();
  }

  /**
   * Updates between two checkpoints; default: one at the end of each epoch. The last update is
   * followed by one in any case.
   */
  public final B saveEvery(int steps) {
    settings.options = settings.options.saving(s -> s.everySteps(steps));
    return self();
  }

  /**
   * Goes on from the newest checkpoint in the folder of {@link #checkpoints}, or begins where there
   * is none. The weights that come out are those of a training that was never ended, to the bit, on
   * the same machine.
   */
  public final B resume() {
    settings.resumes = true;
    return self();
  }

  /** Whom other threads and the listener ask to stop, evaluate or save; default nobody. */
  public final B control(TrainingControl value) {
    settings.control = Objects.requireNonNull(value, "control");
    return self();
  }

  /**
   * The processes that train this model together; default {@link TrainingGroup#ALONE}. Each calls
   * {@link #fit} with the same settings and the same rows in the same order, and gets the same
   * model. The {@code batchSize} is that of all together, so the number of processes changes
   * nothing but the order of sums; what is dropped depends on the text, and so not on it either.
   * Folders are written by rank 0; the one of {@link #checkpoints} is read by all. The {@link
   * #control} of each counts for all.
   */
  public final B group(TrainingGroup value) {
    settings.group = Objects.requireNonNull(value, "group");
    return self();
  }

  /**
   * A builder with the same settings, which then change on their own; checkpoint, data, listener
   * and control are shared.
   */
  public final B copy() {
    B copy = fresh();
    copy.takeOver(this);
    return copy;
  }

  /** A builder of this kind with the loss and the like of this one. */
  abstract B fresh();

  final void takeOver(TextModelBuilder<B, M, P, E> other) {
    settings = other.settings.copy();
    names = other.names;
    ownMetrics.putAll(other.ownMetrics);
  }

  /**
   * Fine-tunes the checkpoint on {@code train}, on this thread. Options, data, labels and the
   * output folder are checked before anything is downloaded, what depends on config.json before
   * weights are read and texts are tokenized.
   *
   * @return the model; the caller closes it
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
  public final M fit(Dataset train) throws IOException {
    Objects.requireNonNull(train, "train");
    return new Fit<>(this, settings.copy(), train).run();
  }

  /**
   * Fine-tunes the checkpoint once for each fold, on all other folds, and evaluates it on that one:
   * k-fold cross-validation. The options are those of {@link #fit}; the fold that is tested is
   * never the {@link #validation} data, so what {@link #keepBest} and {@link #earlyStopping} go by
   * is given as for {@code fit}.
   *
   * @param data all rows labelled
   * @param folds 2 or more; for single labels they are scikit-learn's {@code StratifiedKFold(folds,
   *     shuffle=True, random_state=seed)}, else its {@code KFold} with the same arguments
   * @throws IllegalStateException when an {@link #output} or {@link #checkpoints} folder is set,
   *     because there is no one model to save; when its {@link #control} was asked to stop
   * @throws IllegalArgumentException as {@code fit}, and when there are too few rows for the folds
   * @throws IOException as {@code fit}
   */
  public final CrossValidation<E> crossValidate(Dataset data, int folds) throws IOException {
    Path kept = settings.output == null ? settings.checkpoints : settings.output;
    if (kept != null) {
      throw new IllegalStateException(
          "crossValidate: makes no model to keep in "
              + kept
              + "; call it without output(...) and checkpoints(...)");
    }
    Task<P, E> task = choice(data, null).settleByData().task();
    B builder = copy().names(task.labels()); // a fold may lack a label
    Folds parts = folds(data, folds, Integer.toUnsignedLong(settings.options.seed()));
    Map<Integer, P> predictions = new TreeMap<>();
    List<E> evaluations = new ArrayList<>();
    for (int fold = 0; fold < folds; fold++) {
      Dataset.Split split = parts.split(fold);
      try (M model = builder.fit(split.train())) {
        if (settings.control.isStopped()) {
          throw new IllegalStateException(
              "crossValidate: stopped in fold %s of %s, before all rows were predicted"
                  .formatted(fold + 1, folds));
        }
        E evaluation = model.evaluate(split.test());
        evaluations.add(evaluation);
        int[] rows = parts.testRows(fold);
        for (int i = 0; i < rows.length; i++) {
          predictions.put(rows[i], evaluation.predictions().get(i));
        }
        log.info("fold {} of {}: {}", fold + 1, folds, evaluation);
      }
    }
    Targets truth = task.targets("data", data, Dataset.of());
    return new CrossValidation<>(
        evaluations, task.evaluation(truth, List.copyOf(predictions.values())));
  }

  /**
   * Fine-tunes the checkpoint several times with different seeds, and keeps the best: small data
   * sets give quite different models by chance. Each training is one of {@link #fit}; those that
   * diverge are left out.
   *
   * @param count how many, 2 or more; the seeds are the {@link #seed} and those that follow it
   * @return the trials with mean and deviation of each metric, and the best model, which the caller
   *     closes; an {@link #output} folder holds that, too
   * @throws IllegalArgumentException as {@code fit}, and without {@link #validation} data and
   *     {@link #keepBest}
   * @throws IllegalStateException when a {@link #checkpoints} folder is set
   * @throws IOException as {@code fit}
   */
  public final Trials<M> restarts(Dataset train, int count) throws IOException {
    if (count < 2) {
      throw new IllegalArgumentException("restarts: expected 2 or more, got " + count);
    }
    int first = settings.options.seed();
    Integer[] seeds = new Integer[count];
    Arrays.setAll(seeds, i -> first + i);
    return trials(
        "restarts", train, OptionSearch.<B>grid().values("seed", TextModelBuilder::seed, seeds));
  }

  /**
   * Fine-tunes the checkpoint once for each combination of options that a search gives, and keeps
   * the best. Options that diverge are left out.
   *
   * @return the trials as a table, and the best model, which the caller closes; an {@link #output}
   *     folder holds that, too
   * @throws IllegalArgumentException as {@link #fit}, and without {@link #validation} data and
   *     {@link #keepBest}
   * @throws IllegalStateException when a {@link #checkpoints} folder is set
   * @throws IOException as {@code fit}
   */
  public final Trials<M> search(Dataset train, OptionSearch<B> search) throws IOException {
    return trials("search", train, search);
  }

  private Trials<M> trials(String what, Dataset train, OptionSearch<B> search) throws IOException {
    Objects.requireNonNull(train, "train");
    check(settings.validation != null);
    try (TrialRun<B, M> run = new TrialRun<>(what, settings.copy(), search)) {
      return run.run(self(), train, search.trials());
    }
  }

  /** Makes this the builder of one of several trainings. */
  final void forTrial(TrainingControl control, TrainingListener listener, Optional<Duration> left) {
    settings.control = control;
    settings.listener = listener;
    settings.output = null;
    left.filter(time -> settings.options.timeBudget().filter(t -> t.compareTo(time) < 0).isEmpty())
        .ifPresent(time -> settings.options = settings.options.timeBudget(time));
  }

  /**
   * Refuses options that contradict each other, as {@link #fit} does before all else.
   *
   * @param withValidation whether there will be validation data
   * @throws IllegalArgumentException naming both options and their values
   */
  public final B check(boolean withValidation) {
    requireDistinctMetrics();
    settings.options.evaluation().keepBest().ifPresent(this::requireMetric);
    settings.check(withValidation);
    return self();
  }

  /** Whether a metric of the user's own has this name. */
  final boolean isOwnMetric(String name) {
    return ownMetrics.containsKey(name);
  }

  private void requireMetric(String metric) {
    List<String> known = new ArrayList<>(metricNames());
    known.addAll(ownMetrics.keySet());
    if (!known.contains(metric)) {
      throw unknownMetric(metric, known);
    }
  }

  IllegalArgumentException unknownMetric(String metric, List<String> known) {
    return new IllegalArgumentException(
        "keepBest: metric \""
            + Excerpt.of(metric)
            + "\": unknown, expected one of "
            + String.join(", ", known));
  }

  // What differs by the type of problem.

  /** The names that {@link #metrics} can have, but for the user's own. */
  abstract List<String> metricNames();

  /** Refuses a name that two metrics have. */
  void requireDistinctMetrics() {}

  /** The folds of a cross-validation. */
  abstract Folds folds(Dataset data, int count, long seed);

  /** What rows and outputs mean. */
  abstract TaskChoice<P, E> choice(Dataset train, @Nullable Dataset validation);

  /** What the training makes small; refuses what does not fit the outputs. */
  abstract Objective objective(Task<P, E> task, Targets training);

  /** The loss, as text that tells it from others. */
  abstract String lossName();

  /** A model of what was trained. */
  abstract M model(LoadedModel loaded, TextReader reader, Task<P, E> task);

  /**
   * The metrics of an evaluation during training, but for the user's own; the loss is the one that
   * is made small.
   */
  Map<String, Double> builtInMetrics(E evaluation, double objective) {
    Map<String, Double> metrics = new LinkedHashMap<>(evaluation.metrics());
    metrics.put(NamedFigures.LOSS, objective);
    return metrics;
  }

  /** All metrics of an evaluation during training; NaN for one to keep by that is undefined now. */
  final Map<String, Double> metrics(E evaluation, double objective) {
    Map<String, Double> metrics = builtInMetrics(evaluation, objective);
    ownMetrics.forEach((name, value) -> metrics.put(name, value.applyAsDouble(evaluation)));
    keepBest().ifPresent(metric -> metrics.putIfAbsent(metric, Double.NaN));
    return metrics;
  }

  final Optional<String> keepBest() {
    return settings.options.evaluation().keepBest();
  }

  /**
   * Refuses to keep the best by a metric that is undefined for rows whatever is predicted, as ROC
   * AUC is where a label has no row.
   *
   * @param rows to validate on; empty for none
   */
  final void requireDefined(Task<P, E> task, Targets rows) {
    String metric = keepBest().orElse("");
    if (rows.size() == 0 || !metricNames().contains(metric)) {
      return; // by nothing, or one of the user's own
    }
    Random random = new Random(0);
    List<P> any = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      float[] logits = new float[task.labels().size()];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = random.nextFloat();
      }
      any.add(task.prediction(logits));
    }
    if (!builtInMetrics(task.evaluation(rows, any), 0).containsKey(metric)) {
      List<Integer> counts = task.counts(rows);
      List<String> absent = new ArrayList<>();
      for (int label = 0; label < counts.size(); label++) {
        if (counts.get(label) == 0) {
          absent.add(task.labels().name(label));
        }
      }
      throw new IllegalArgumentException(
          "keepBest(\"%s\"): is undefined for the validation data, whatever is predicted%s; choose another metric or other rows"
              .formatted(
                  metric,
                  absent.isEmpty()
                      ? ", for too few of their values or labels differ"
                      : ", because no row has label " + Excerpt.list(absent)));
    }
  }
}
