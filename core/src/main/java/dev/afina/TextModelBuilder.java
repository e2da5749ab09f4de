package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Folds;
import dev.afina.data.Labels;
import dev.afina.hub.HubClient;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.model.ModelLoader;
import dev.afina.internal.objective.Objective;
import dev.afina.internal.objective.Targets;
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
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Configures a fine-tuning, which {@link #fit} runs: the options that {@link ClassifierBuilder},
 * {@link MultiLabelClassifierBuilder} and {@link RegressorBuilder} share. Only {@link
 * #checkpoint(String)} is required.
 *
 * <p>Defaults are those of transformers' {@code TrainingArguments}; {@link TrainingOptions} lists
 * them. A method throws an {@link IllegalArgumentException} for a value outside its range. Not
 * thread safe.
 *
 * @param <B> the builder itself
 * @param <M> the model it trains
 * @param <P> the model's prediction for one text
 * @param <E> the model's evaluation on labelled data
 */
public abstract sealed class TextModelBuilder<
        B extends TextModelBuilder<B, M, P, E>,
        M extends TextModel<P, E>,
        P,
        E extends EvaluationResult<P>>
    permits ClassifierBuilder, MultiLabelClassifierBuilder, RegressorBuilder {
  private FitSettings settings = new FitSettings();
  private @Nullable Labels names;
  private final Map<String, ToDoubleFunction<E>> customMetrics = new LinkedHashMap<>();

  TextModelBuilder() {}

  /**
   * The pretrained model to start from: a folder with config.json, model.safetensors (or
   * pytorch_model.bin) and tokenizer files; {@code classpath:folder/} or {@code
   * classpath:model.onnx}, as models come on Maven Central; or {@code owner/name@revision} on the
   * Hugging Face Hub, downloaded unless it is in the cache. Cache and environment variables
   * (HF_HOME, HF_TOKEN, HF_ENDPOINT, HF_HUB_OFFLINE, …) are those of Python's huggingface_hub; see
   * {@link HubClient#fromEnvironment()}. If a folder of that name exists, it is used rather than
   * the Hub.
   */
  public final B checkpoint(String reference) {
    settings.checkpoint = Objects.requireNonNull(reference, "checkpoint");
    return self();
  }

  /**
   * The pretrained model to start from. If it is on the Hub, it is downloaded with this client: its
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
    settings.hub = new GivenHub(hub);
    return checkpoint(reference);
  }

  /** A client that the user gave; equal if it is the same, so that trainings can be compared. */
  private record GivenHub(HubClient client) implements Supplier<HubClient> {
    @Override
    public HubClient get() {
      return client;
    }
  }

  /** The folder of the pretrained model to start from. */
  public final B checkpoint(Path folder) {
    return checkpoint(folder.toString());
  }

  /**
   * A lock file, written by {@link Classifier#lock}, that the checkpoint must match: the locked
   * commit is used, and the SHA-256 of each file is compared before training. Default: none.
   */
  public final B lockFile(Path file) {
    settings.lockFile = Objects.requireNonNull(file, "lockFile");
    return self();
  }

  /**
   * The data to evaluate on after each epoch, or as {@link #evaluateEvery} says. Default: none, so
   * that nothing is evaluated during the training.
   */
  public final B validation(Dataset data) {
    settings.validation = Objects.requireNonNull(data, "validation");
    return self();
  }

  /**
   * The maximum length, in tokens, of a text or of one window of it, special tokens included, in
   * training and in prediction; see {@link #longTexts} for longer texts. Default: the limit of the
   * architecture. A lower limit saves time and memory.
   *
   * @param value 1 or more
   */
  public final B maxTokens(int value) {
    if (value < 1) {
      throw new IllegalArgumentException("maxTokens: expected 1 or more, got " + value);
    }
    settings.maxTokens = value;
    return self();
  }

  /**
   * How texts longer than {@link #maxTokens} are handled, in training and in prediction. Default:
   * {@link LongTexts#cut()}. {@link #fit} throws if the part to keep does not fit into {@code
   * maxTokens}.
   */
  public final B longTexts(LongTexts value) {
    settings.longTexts = Objects.requireNonNull(value, "longTexts");
    return self();
  }

  /**
   * The classification head: its kind, its dropout rate, and which hidden states it reads. Default:
   * that of the checkpoint, or {@link Head#standard()} if it declares none. If the checkpoint has a
   * head of another kind, the output layer is initialized anew.
   */
  public final B head(Head value) {
    settings.head = Objects.requireNonNull(value, "head");
    return self();
  }

  /** Discards the checkpoint's output layer and trains a new one, for example for other labels. */
  public final B replaceHead() {
    settings.headWeights = ModelLoader.HeadWeights.REPLACED;
    return self();
  }

  /**
   * Adds labels to a checkpoint that has been fine-tuned. A label that the checkpoint knows keeps
   * its weights, whatever its new position; a new label gets the weights that it would have in a
   * new output layer, initialized as transformers does. (transformers itself would initialize the
   * whole layer anew.) If no labels are given, they are those of the checkpoint followed by those
   * that only the data has. Not for a {@link Regressor}. {@link #fit} throws if {@link #head} asks
   * for another kind of head than the checkpoint's.
   */
  public final B extendHead() {
    settings.headWeights = ModelLoader.HeadWeights.EXTENDED;
    return self();
  }

  /** The parts of the model that are not trained. Default: {@link Freeze#nothing()}. */
  public final B freeze(Freeze value) {
    settings.freeze = Objects.requireNonNull(value, "freeze");
    return self();
  }

  /**
   * Trains low-rank updates (LoRA) of some linear layers, and the head, instead of the encoder's
   * weights. After training the updates are merged into the weights, so prediction is as fast as
   * without. {@link TextModel#saveAdapter} and {@link #checkpoints} save them as an adapter.
   * Default: all weights are trained. {@link #fit} throws if {@link #freeze} is set as well, the
   * head is a plain one, the checkpoint is an adapter itself, a target module does not exist, or
   * the rank exceeds the size of a layer.
   */
  public final B lora(Lora value) {
    settings.lora = Objects.requireNonNull(value, "lora");
    return self();
  }

  /**
   * One rate for all dropout layers, in [0, 1). Default: the rates of the checkpoint's config.json.
   * {@link #fit} throws if {@link #head} sets a rate as well.
   */
  public final B dropout(double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("dropout: expected a rate in [0, 1), got " + rate);
    }
    settings.dropout = OptionalDouble.of(rate);
    return self();
  }

  /**
   * The precision of the forward and backward passes. Default: {@link Precision#FLOAT32}. {@link
   * Precision#BFLOAT16} is the Trainer's {@code bf16=True}: weights, gradients and optimizer stay
   * in float32, and so do the predictions of the trained model. Linear layers that are not trained
   * ({@link #freeze}, {@link #lora}) are computed in float32, where the Trainer's autocast rounds
   * them, too.
   *
   * @throws IllegalArgumentException for {@link Precision#INT8} and {@link
   *     Precision#FLOAT16_WEIGHTS}, which are for prediction only
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
   * Sets every training option that {@code options} sets; options that it leaves at their default
   * are not changed. The last call that sets an option wins.
   */
  public final B options(TrainingOptions options) {
    settings.options = settings.options.and(options);
    return self();
  }

  /** The number of passes over the data, over 0; may be fractional. Default: 3. */
  public final B epochs(double value) {
    settings.options = settings.options.epochs(value);
    return self();
  }

  /** The total number of updates, 1 or more, which overrides {@link #epochs}. Default: none. */
  public final B maxSteps(int value) {
    settings.options = settings.options.maxSteps(value);
    return self();
  }

  /**
   * A time limit over zero. The update during which it passes is the last one: the training ends as
   * usual, with the best weights so far if {@link #keepBest} is set. Default: none.
   */
  public final B trainFor(Duration time) {
    settings.options = settings.options.timeBudget(time);
    return self();
  }

  /** The number of texts per forward pass in training, 1 or more. Default: 8. */
  public final B batchSize(int value) {
    settings.options = settings.options.batchSize(value);
    return self();
  }

  /** The number of batches per update, 1 or more. Default: 1. */
  public final B accumulationSteps(int value) {
    settings.options = settings.options.accumulationSteps(value);
    return self();
  }

  /** The peak learning rate, 0 or more. Default: 5e-5. */
  public final B learningRate(double value) {
    settings.options = settings.options.optimizer(o -> o.learningRate(value));
    return self();
  }

  /** The learning rate schedule after the warmup. Default: {@link Schedule#linear()}. */
  public final B schedule(Schedule value) {
    settings.options = settings.options.schedule(value);
    return self();
  }

  /**
   * The length of the warmup, 0 or more: a share of all updates if less than 1, otherwise a whole
   * number of updates. Default: 0.
   */
  public final B warmup(double value) {
    settings.options = settings.options.warmup(value);
    return self();
  }

  /** The decoupled weight decay, in [0, 1), of everything except biases and norms. Default: 0. */
  public final B weightDecay(double value) {
    settings.options = settings.options.optimizer(o -> o.weightDecay(value));
    return self();
  }

  /**
   * The maximum number of cores that the training uses, 1 to 1,024. Default: all. Each batch is
   * divided into at most as many parts, so the same number gives bit-identical results on machines
   * with more or fewer cores of the same kind. Evaluations use all cores. {@code -Dafina.workers}
   * sets the number of cores for everything.
   *
   * @throws IllegalArgumentException for another number
   */
  public final B workers(int value) {
    settings.options = settings.options.workers(value);
    return self();
  }

  /** The seed of the order of examples, the new weights and dropout; any number. Default: 42. */
  public final B seed(int value) {
    settings.options = settings.options.seed(value);
    return self();
  }

  /**
   * The number of updates between two evaluations, 1 or more. Default: one evaluation at the end of
   * each epoch. {@link #fit} throws if there is no {@link #validation} data.
   */
  public final B evaluateEvery(int steps) {
    settings.options = settings.options.evaluation(e -> e.everySteps(steps));
    return self();
  }

  /**
   * The metric of the validation data by which the best weights are kept: {@code "loss"}, the
   * {@link Metric#key()} of a metric, such as {@code "macro_f1"} or {@code "top_3_accuracy"}, or
   * the name of a {@linkplain #metric custom metric}. Default: none, which keeps the last weights.
   * {@link #fit} throws for an unknown name, if there is no {@link #validation} data, and for a
   * metric that is undefined for that data whatever is predicted.
   */
  public final B keepBest(String metric) {
    settings.options =
        settings.options.evaluation(e -> e.keepBest(Objects.requireNonNull(metric, "keepBest")));
    return self();
  }

  /**
   * A custom metric, for the evaluations during training and of {@link #crossValidate}, and for
   * {@link #keepBest}.
   *
   * @param name not that of a built-in metric. Smaller is better if it ends in {@code loss} or
   *     {@code error}, otherwise greater is better; to override this see {@link
   *     dev.afina.training.EvaluationOptions#greaterIsBetter(boolean)}
   * @param value computes the metric; called on the training thread after each evaluation
   */
  public final B metric(String name, ToDoubleFunction<E> value) {
    Objects.requireNonNull(name, "metric");
    if (name.isBlank() || metricNames().contains(name)) {
      throw new IllegalArgumentException(
          "metric: expected a name that is not taken, got \"" + Excerpt.of(name) + "\"");
    }
    customMetrics.put(name, Objects.requireNonNull(value, name));
    return self();
  }

  /**
   * Ends the training when the metric of {@link #keepBest} has not improved for this many
   * evaluations in a row, by the rule of transformers' {@code EarlyStoppingCallback}. Default:
   * never. {@link #fit} throws if {@link #keepBest} is not set.
   *
   * @param patience the number of evaluations, 1 or more
   */
  public final B earlyStopping(int patience) {
    settings.options = settings.options.evaluation(e -> e.patience(patience));
    return self();
  }

  /**
   * A folder to save the model to after each evaluation that is the best so far or, without {@link
   * #keepBest}, after each evaluation and each epoch. A training that is interrupted or diverges
   * then loses only what came after. At the end it holds the model that {@link #fit} returns, also
   * after a {@link #resume} that brought nothing better. The {@link #checkpoints} folder must not
   * lie in it, nor may it be named like one of the checkpoints there. With {@link #lora} and
   * checkpoints, and in {@link #restarts} and {@link #search}, it must not be the folder of the
   * {@link #checkpoint(Path) checkpoint}, and never that of the base of a checkpoint that is an
   * adapter. Default: none.
   */
  public final B output(Path folder) {
    settings.output = Objects.requireNonNull(folder, "output");
    return self();
  }

  /**
   * A folder for training checkpoints, {@code checkpoint-N} after N updates. Each contains a model
   * that Python opens (with {@link #lora}, an adapter that PEFT opens), transformers' {@code
   * trainer_state.json}, and the state that {@link #resume} needs: optimizer, schedule, random
   * number generators, position, best weights so far. They are written after each epoch, or as
   * {@link dev.afina.training.SavingOptions} says. Default: none.
   */
  public final B checkpoints(Path folder) {
    settings.checkpoints = Objects.requireNonNull(folder, "checkpoints");
    return self();
  }

  /**
   * The number of updates between two checkpoints, 1 or more. Default: one checkpoint at the end of
   * each epoch. One is always written after the last update. With {@link #keepBest} and {@link
   * #evaluateEvery} it must be a multiple of the number of updates between two evaluations; {@link
   * #fit} throws otherwise.
   */
  public final B saveEvery(int steps) {
    settings.options = settings.options.saving(s -> s.everySteps(steps));
    return self();
  }

  /**
   * Resumes from the newest checkpoint in the folder of {@link #checkpoints}, or starts anew if
   * there is none. On the same machine the resulting weights are bit-identical to those of an
   * uninterrupted training. {@link #fit} throws a {@link CheckpointException} if the checkpoint is
   * of a training with other options or data or, where dropout drops something, of one with a
   * {@link #group} and this one has none, or the other way round. A training on another number of
   * {@link #workers} goes on with a warning, since its weights differ. A training that was stopped
   * or used up its time was evaluated once more; if that was the best evaluation of all, {@link
   * #keepBest} keeps its weights.
   */
  public final B resume() {
    settings.resumes = true;
    return self();
  }

  /**
   * Uploads each checkpoint, with a model card, to the Hugging Face Hub as soon as it is written,
   * like transformers' {@code push_to_hub} with {@code hub_strategy="every_save"}. {@link #fit}
   * creates the repository before the training and throws if that fails. A later upload that fails
   * does not end the training, and the checkpoint stays in its folder; the failure is logged and
   * reported by {@link dev.afina.training.TrainingResult#uploadProblem()}. The training waits for
   * each upload. At the end the repository contains the last checkpoint; call {@link
   * TextModel#pushToHub(String)} to upload the weights that were kept.
   *
   * @param name {@code owner/name}
   * @throws IllegalArgumentException if the name is not of that form
   */
  public final B pushEachSave(String name) {
    return pushEachSave(name, PushOptions.standard());
  }

  /**
   * Uploads each checkpoint to the Hugging Face Hub when it is written.
   *
   * @param name {@code owner/name}
   * @param options client, card, visibility, message or branch
   * @throws IllegalArgumentException if the name is not of that form, the card is for another
   *     repository, or the options ask for a pull request, because each save would open a new one
   */
  public final B pushEachSave(String name, PushOptions options) {
    settings.push = new SavePush(name, options);
    return self();
  }

  /**
   * A listener that receives the plan, the steps and the epochs of the training, such as a {@link
   * dev.afina.training.ProgressBar}, a {@link dev.afina.training.LogListener}, a {@link
   * dev.afina.training.TensorBoardListener} or your own. Each call adds a listener; they are called
   * in that order. Default: none.
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
   * The control through which other threads and listeners request a stop, an evaluation or a
   * checkpoint. Default: none.
   */
  public final B control(TrainingControl value) {
    settings.control = Objects.requireNonNull(value, "control");
    return self();
  }

  /**
   * The processes that train this model together. Default: {@link TrainingGroup#ALONE}. Each calls
   * {@link #fit} with the same settings and the same rows in the same order, and gets the same
   * model. The {@code batchSize} is that of all processes together, and dropout depends on the
   * text, so the number of processes changes the result only by float rounding. Rank 0 writes all
   * folders; the folder of {@link #checkpoints} must be readable by all. A request to the {@link
   * #control} of one process applies to all.
   */
  public final B group(TrainingGroup value) {
    settings.group = Objects.requireNonNull(value, "group");
    return self();
  }

  /**
   * Returns an independent builder with the same settings. The checkpoint, data, listeners and
   * control objects themselves are shared.
   */
  public final B copy() {
    B copy = fresh();
    copy.takeOver(this);
    return copy;
  }

  final void takeOver(TextModelBuilder<B, M, P, E> other) {
    settings = other.settings.copy();
    names = other.names;
    customMetrics.putAll(other.customMetrics);
  }

  /**
   * Checks that the options do not contradict each other, as {@link #fit} does before anything
   * else.
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

  private void requireMetric(String metric) {
    List<String> known = new ArrayList<>(metricNames());
    known.addAll(customMetrics.keySet());
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

  /** Whether a custom metric has this name. */
  final boolean isCustomMetric(String name) {
    return customMetrics.containsKey(name);
  }

  /**
   * Fine-tunes the checkpoint on {@code train}, on the calling thread. Options, data, labels and
   * the output folder are validated before anything is downloaded; whatever depends on config.json
   * is validated before the weights are read and the texts tokenized.
   *
   * @return the model; the caller closes it
   * @throws IllegalStateException if no checkpoint is set, or this machine cannot train in the
   *     {@link #precision}
   * @throws IllegalArgumentException if data, labels and options contradict each other or the
   *     checkpoint
   * @throws TrainingDivergedException if the loss, the gradients or the weights are not finite; the
   *     {@link #output} folder, if set, then contains the last epoch saved
   * @throws java.io.InterruptedIOException if the thread is interrupted (its interrupt flag stays
   *     set) or the JVM is shutting down; the {@link #output} folder, if set, then contains the
   *     last epoch saved
   * @throws IOException if the checkpoint cannot be downloaded or read or does not match the {@link
   *     #lockFile}, or the output folder cannot be written
   */
  public final M fit(Dataset train) throws IOException {
    Objects.requireNonNull(train, "train");
    return newFit(train).run();
  }

  /**
   * Runs a k-fold cross-validation: for each fold, fine-tunes the checkpoint on all other folds and
   * evaluates it on that one. The options are those of {@link #fit}, and the metrics of the folds
   * include each {@link #metric} of your own. The test fold is not used as {@link #validation}
   * data; {@link #keepBest} and {@link #earlyStopping} need validation data of their own, as for
   * {@code fit}.
   *
   * @param data labelled rows
   * @param folds the number of folds, 2 or more. For a {@link Classifier} they are those of
   *     scikit-learn's {@code StratifiedKFold(folds, shuffle=True, random_state=seed)}, otherwise
   *     those of {@code KFold} with the same arguments
   * @throws IllegalStateException if an {@link #output} or {@link #checkpoints} folder is set,
   *     because there is no single model to save, or if its {@link #control} is asked to stop
   * @throws IllegalArgumentException as {@code fit}, and if there are too few rows for the folds
   * @throws IOException as {@code fit}
   */
  public final CrossValidation<E> crossValidate(Dataset data, int folds) throws IOException {
    return new CrossValidationRun<>(self(), settings.copy()).run(data, folds);
  }

  /**
   * Fine-tunes the checkpoint several times with different seeds and keeps the best model, because
   * results on small data sets vary with the seed. Each trial is a training as by {@link #fit}; a
   * trial that diverges is recorded, and the others go on.
   *
   * @param count the number of trainings, 2 or more; their seeds are {@link #seed}, seed + 1, …
   * @return the trials, with mean and standard deviation of each metric, and the best model, which
   *     the caller closes and which is also saved to the {@link #output} folder if set
   * @throws IllegalArgumentException as {@code fit}, without {@link #validation} data and {@link
   *     #keepBest}, and if the {@link #output} folder is that of the checkpoint
   * @throws IllegalStateException if a {@link #checkpoints} folder is set
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
   * Fine-tunes the checkpoint once for each combination of options in a hyperparameter search and
   * keeps the best model. Options that do not fit the data, config.json, the tokenizer or the
   * shapes of the weights are refused, for all trials, before the first one starts. For that the
   * checkpoints of all trials are downloaded first. A trial that diverges is recorded, and the
   * others go on.
   *
   * @return the trials, and the best model, which the caller closes and which is also saved to the
   *     {@link #output} folder if set
   * @throws IllegalArgumentException as {@link #fit}, for any trial, without {@link #validation}
   *     data and {@link #keepBest}, and if the {@link #output} folder is that of a checkpoint
   * @throws IllegalStateException if a {@link #checkpoints} folder is set
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

  /**
   * Checks that the options of one of several trainings do not contradict each other.
   *
   * @param what the name of the run in messages
   */
  final void checkTrial(String what) {
    check(true);
    FitFolders.checkTrial(what, settings);
  }

  /** Checks all of several trainings that can be checked before the weights are read. */
  final void checkTrials(List<B> trials, Dataset train) throws IOException {
    List<Fit<M, P, E>> fits = new ArrayList<>();
    for (B trial : trials) {
      fits.add(trial.newFit(train));
    }
    new TrialChecks<M, P, E>().check(fits);
  }

  /** The training that {@link #fit} runs. */
  final Fit<M, P, E> newFit(Dataset train) {
    return new Fit<>(this, settings.copy(), train);
  }

  /**
   * Prepares this builder for one of several trainings.
   *
   * @param left the time that is left for all of them
   * @return whether that time ends this one, and not a shorter limit of its own
   */
  final boolean forTrial(
      TrainingControl control, TrainingListener listener, Optional<Duration> left) {
    settings.control = control;
    settings.listener = listener;
    settings.output = null;
    Optional<Duration> shared =
        left.filter(
            time -> settings.options.timeBudget().filter(t -> t.compareTo(time) < 0).isEmpty());
    shared.ifPresent(time -> settings.options = settings.options.timeBudget(time));
    return shared.isPresent();
  }

  /** The names of the outputs, if the user set them. */
  final @Nullable Labels names() {
    return names;
  }

  final B names(Labels value) {
    this.names = value;
    return self();
  }

  final ModelLoader.HeadWeights headWeights() {
    return settings.headWeights;
  }

  final boolean headReplaced() {
    return settings.headWeights == ModelLoader.HeadWeights.REPLACED;
  }

  final Optional<String> keepBest() {
    return settings.options.evaluation().keepBest();
  }

  /**
   * All metrics of an evaluation during training. The {@code keepBest} metric is NaN if it is
   * undefined for these predictions.
   */
  final Map<String, Double> metrics(E evaluation, double objective) {
    Map<String, Double> metrics = builtInMetrics(evaluation, objective);
    customMetrics.forEach((name, value) -> metrics.put(name, value.applyAsDouble(evaluation)));
    keepBest().ifPresent(metric -> metrics.putIfAbsent(metric, Double.NaN));
    return metrics;
  }

  /** The metrics of an evaluation after the training, and those that this builder adds to them. */
  final Map<String, Double> metrics(E evaluation) {
    Map<String, Double> all = metrics(evaluation, evaluation.loss());
    all.values().removeIf(value -> value.isNaN());
    return all;
  }

  // What depends on the type of task.

  abstract B self();

  /** A new builder of this type with the settings that only this type has, such as the loss. */
  abstract B fresh();

  /** The names of all built-in metrics. */
  abstract List<String> metricNames();

  /** Throws if a custom metric has the name of a metric that an option adds. */
  void requireDistinctMetrics() {}

  /** The folds of a cross-validation. */
  abstract Folds folds(Dataset data, int count, long seed);

  /** Decides what rows and outputs mean. */
  abstract TaskChoice<P, E> choice(Dataset train, @Nullable Dataset validation);

  /** The objective of the training. Throws if an option does not fit the outputs. */
  abstract Objective objective(Task<P, E> task, Targets training);

  /** The loss with its options, as text. */
  abstract String lossName();

  /**
   * What {@link #keepBest} depends on besides the name of the metric, as text by name, for the
   * identity of a training.
   */
  Map<String, String> factsOfKeepBest() {
    return Map.of();
  }

  /** Creates the trained model. */
  abstract M model(LoadedModel loaded, TextReader reader, Task<P, E> task);

  /**
   * The built-in metrics of an evaluation during training.
   *
   * @param objective the mean of the loss that is minimized
   */
  Map<String, Double> builtInMetrics(E evaluation, double objective) {
    Map<String, Double> metrics = new LinkedHashMap<>(evaluation.metrics());
    metrics.put(NamedFigures.LOSS, objective);
    return metrics;
  }
}
