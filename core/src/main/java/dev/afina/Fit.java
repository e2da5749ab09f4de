package dev.afina;

import com.google.gson.JsonObject;
import dev.afina.card.TrainingFacts;
import dev.afina.data.DataReport;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.hub.HubClient;
import dev.afina.internal.checkpoint.AtomicFolder;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.engine.NativeUse;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.Architecture;
import dev.afina.internal.model.HeadForm;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.ModelLoader;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.objective.Objective;
import dev.afina.internal.saved.ConfigLabels;
import dev.afina.internal.saved.SavedModel;
import dev.afina.internal.serving.Inference;
import dev.afina.internal.text.Document;
import dev.afina.internal.text.TextEncoder;
import dev.afina.internal.tuning.CheckpointFolders;
import dev.afina.internal.tuning.DividedList;
import dev.afina.internal.tuning.FineTuningTask;
import dev.afina.internal.tuning.LoraUpdates;
import dev.afina.internal.tuning.RateShares;
import dev.afina.internal.tuning.TrainingIdentity;
import dev.afina.internal.tuning.WeightSaver;
import dev.afina.tokenization.Tokenizer;
import dev.afina.training.Checkpoints;
import dev.afina.training.Trainer;
import dev.afina.training.TrainingDivergedException;
import dev.afina.training.TrainingGroup;
import dev.afina.training.TrainingOptions;
import dev.afina.training.TrainingResult;
import dev.afina.training.Truncation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One fine-tuning, from a checkpoint and rows of data to a model.
 *
 * @param <M> the model
 * @param <P> its prediction for one text
 * @param <E> its evaluation on labelled data
 */
final class Fit<M extends TextModel<P, E>, P, E extends EvaluationResult<P>> {
  private static final Logger log = LoggerFactory.getLogger(Fit.class);

  private final TextModelBuilder<?, M, P, E> builder;
  private final FitSettings settings;
  private final TrainingOptions options;
  private final Dataset train;

  /**
   * @param builder what depends on the type of task
   */
  Fit(TextModelBuilder<?, M, P, E> builder, FitSettings settings, Dataset train) {
    this.builder = builder;
    this.settings = settings;
    this.options = settings.options;
    this.train = train;
  }

  /** Checks everything that can be checked, as early as it can be, then loads and trains. */
  M run() throws IOException {
    TaskChoice<P, E> choice = check();
    try (CheckpointFiles files = open()) {
      return fit(settle(choice, files), files);
    }
  }

  /**
   * Checks everything that can be checked before the weights are downloaded.
   *
   * @return what then {@link #task} decides by the checkpoint
   */
  TaskChoice<P, E> check() throws IOException {
    checkOptions();
    TaskChoice<P, E> choice = choice();
    checkSizeAndPrecision();
    prepareTargets();
    checkBeforeDownload(choice);
    return choice;
  }

  /** Checks that the options do not contradict each other. */
  void checkOptions() {
    Object unused = requireCheckpoint();
    builder.check(settings.validation != null);
  }

  /** What the rows decide, checked as far as that is possible without the checkpoint. */
  TaskChoice<P, E> choice() {
    TaskChoice<P, E> choice = builder.choice(train, settings.validation);
    choice.check();
    return choice;
  }

  /** Throws if no row is left to train on, or this machine cannot train in the precision. */
  void checkSizeAndPrecision() throws IOException {
    options.checkSize(train.size());
    requirePrecision();
  }

  /**
   * Checks the options and the rows against config.json and the tokenizer.
   *
   * @param files only the small ones are read
   */
  void check(TaskChoice.Settled<P, E> rows, CheckpointFiles files, Tokenizer tokenizer)
      throws IOException {
    Object unused = builder.objective(rows.task(), rows.training());
    FitOutline outline = outline(rows, files);
    TextEncoder encoder = encoder(tokenizer, outline.architecture());
    encoder.requireRoom(train);
    if (settings.validation != null) {
      encoder.requireRoom(settings.validation);
    }
  }

  /**
   * What a training asks of the weights of a checkpoint.
   *
   * @param learnedRows for each label, its row in the checkpoint's output layer; empty unless the
   *     head is extended
   */
  record Weights(
      int outputs, ModelLoader.HeadWeights headWeights, HeadForm head, List<Integer> learnedRows) {}

  /**
   * Checks the names and shapes of the weights.
   *
   * @param checked what was asked of this checkpoint before, to which this is added
   */
  void checkWeights(TaskChoice.Settled<P, E> rows, CheckpointFiles files, Set<Weights> checked)
      throws IOException {
    Weights weights = weights(rows.task(), outline(rows, files), files);
    if (checked.add(weights)) {
      loader(weights, files).check();
    }
  }

  /** Throws if the metric that chooses the weights is undefined for the validation data. */
  void requireKeepBest(TaskChoice.Settled<P, E> rows) {
    KeepBestCheck.requireDefined(builder, rows.task(), rows.validation());
  }

  /** The checkpoint of a training, and how it is opened. */
  record Source(String checkpoint, @Nullable Path lockFile, Supplier<HubClient> hub) {}

  Source source() {
    return new Source(requireCheckpoint(), settings.lockFile, settings.hub);
  }

  /**
   * All that {@link #choice}, {@link #settle} and {@link #requireKeepBest} depend on besides the
   * training data.
   */
  record RowsKey(
      Source source,
      @Nullable Dataset validation,
      @Nullable Labels names,
      ModelLoader.HeadWeights headWeights,
      Optional<String> keepBest) {}

  RowsKey rowsKey() {
    return new RowsKey(
        source(), settings.validation, builder.names(), settings.headWeights, builder.keepBest());
  }

  /** The task that {@link #run} would train. */
  Task<P, E> task(TaskChoice<P, E> choice) throws IOException {
    try (CheckpointFiles files = open()) {
      return settle(choice, files).task();
    }
  }

  CheckpointFiles open() throws IOException {
    String checkpoint = requireCheckpoint();
    return settings.lockFile == null
        ? CheckpointFiles.open(checkpoint, settings.hub)
        : CheckpointFiles.open(checkpoint, settings.lockFile, settings.hub);
  }

  /** As {@link #open}, without the weights where they would have to be downloaded. */
  CheckpointFiles openSmall() throws IOException {
    return settings.lockFile == null
        ? CheckpointFiles.openSmall(requireCheckpoint(), settings.hub)
        : open();
  }

  TaskChoice.Settled<P, E> settle(TaskChoice<P, E> choice, CheckpointFiles files)
      throws IOException {
    return choice.settle(files.config(), files.description());
  }

  private String requireCheckpoint() {
    if (settings.checkpoint == null) {
      throw new IllegalStateException(
          "checkpoint: none given; call checkpoint(...) with a folder, classpath: or Hub name");
    }
    return settings.checkpoint;
  }

  /** Throws if this machine cannot train in the precision. */
  private void requirePrecision() throws IOException {
    try (NativeUse use = NativeUse.begin("training")) {
      PyTorch.start(); // if it fails, the next training may try again
      settings.precision.forTraining();
    }
  }

  /** Finds out before hours of training whether its results can be written. */
  private void prepareTargets() throws IOException {
    if (settings.output != null && isWriter()) {
      AtomicFolder.prepare(settings.output);
    }
    if (settings.checkpoints != null && isWriter()) {
      CheckpointFolders.prepare(settings.checkpoints, settings.resumes);
    }
    if (settings.push != null) {
      settings.push.prepare();
    }
  }

  private boolean isWriter() {
    return settings.group.rank() == 0;
  }

  /**
   * Checks labels that depend on the checkpoint's config.json before its weights are downloaded.
   */
  void checkBeforeDownload(TaskChoice<P, E> choice) throws IOException {
    String checkpoint = requireCheckpoint();
    if (settings.lockFile == null && choice.needsCheckpoint()) {
      Optional<JsonObject> config = CheckpointFiles.configFirst(checkpoint, settings.hub);
      if (config.isPresent()) {
        choice.settle(config.get(), checkpoint);
      }
    }
  }

  private M fit(TaskChoice.Settled<P, E> rows, CheckpointFiles files) throws IOException {
    Objective objective = builder.objective(rows.task(), rows.training());
    requireKeepBest(rows);
    FitOutline outline = outline(rows, files);
    Model model = load(rows.task(), outline, files);
    return LoadedModel.assemble(
        model,
        () -> Tokenizer.load(files::read),
        tokenizer -> {
          files.close(); // gives the memory of an ONNX file back before the training, not after
          TextEncoder encoder = encoder(tokenizer, model.architecture());
          Optional<LoraUpdates> updates = updates(model);
          try (LoraUpdates closed = updates.orElse(null)) {
            return train(rows, objective, model, updates, outline.shares(), encoder);
          }
        });
  }

  private FitOutline outline(TaskChoice.Settled<P, E> rows, CheckpointFiles files)
      throws IOException {
    return FitOutline.of(settings, rows.task().labels().size(), files);
  }

  private TextEncoder encoder(Tokenizer tokenizer, Architecture architecture) {
    return TextEncoder.of(tokenizer, architecture, settings.maxTokens, settings.longTexts.rule());
  }

  private Model load(Task<P, E> task, FitOutline outline, CheckpointFiles files)
      throws IOException {
    return loader(weights(task, outline, files), files).load(options.seed());
  }

  private static ModelLoader loader(Weights weights, CheckpointFiles files) throws IOException {
    return ModelLoader.of(
        files,
        weights.outputs(),
        weights.headWeights(),
        weights.head(),
        weights.learnedRows().stream().mapToInt(Integer::intValue).toArray());
  }

  private Weights weights(Task<P, E> task, FitOutline outline, CheckpointFiles files)
      throws IOException {
    return new Weights(
        task.labels().size(), outline.headWeights(), outline.head(), learnedRows(task, files));
  }

  /**
   * For each label, its row in the checkpoint's output layer, or −1 if it has none. Empty unless
   * the head is extended.
   */
  private List<Integer> learnedRows(Task<?, ?> task, CheckpointFiles files) throws IOException {
    if (settings.headWeights != ModelLoader.HeadWeights.EXTENDED) {
      return List.of();
    }
    List<String> theirs = ConfigLabels.of(files.config(), files.description()).names();
    return task.labels().names().stream().map(theirs::indexOf).toList();
  }

  private Optional<LoraUpdates> updates(Model model) throws IOException {
    if (settings.lora == null) {
      model.adapted(Optional.empty()); // what is trained now is the whole
      return Optional.empty();
    }
    try (NativeUse use = NativeUse.begin("training")) {
      return Optional.of(settings.lora.updates(model, requireCheckpoint(), options.seed()));
    }
  }

  private M train(
      TaskChoice.Settled<P, E> rows,
      Objective objective,
      Model model,
      Optional<LoraUpdates> updates,
      RateShares shares,
      TextEncoder encoder)
      throws IOException {
    List<Document> texts = encoder.encode(train);
    Truncation truncation = TextEncoder.truncation(texts);
    if (truncation.cut() > 0) {
      log.warn("training data, read with at most {} tokens: {}", encoder.maxTokens(), truncation);
    }
    DataReport.of(train, settings.validation, rows.task().problemType(), unusedLabels(rows))
        .warnings()
        .forEach(log::warn);
    List<Document> held =
        settings.validation == null ? List.of() : encoder.encode(settings.validation);
    TrainingIdentity identity = identity(rows, texts, held);
    Checkpoints checkpoints =
        FitCheckpoints.of(settings, identity, model, updates, rows.task(), encoder);
    WeightSaver saver =
        new WeightSaver(
            settings.listener,
            () -> {
              if (settings.output != null && isWriter()) {
                rows.task().saved(model, encoder).write(settings.output);
              }
            });
    try (NativeUse use = NativeUse.begin("training");
        FineTuningTask task =
            new FineTuningTask(
                model,
                new FineTuningTask.Rows(texts, encoder.longTexts().combination(), rows.training()),
                objective,
                new FineTuningTask.Recipe(
                    shares,
                    options.optimizer().weightDecay(),
                    updates,
                    settings.precision.forTraining(),
                    dropout()),
                evaluation(model, encoder, rows, held, objective))) {
      TrainingResult result =
          Trainer.fit(task, options, saver, settings.control, checkpoints, settings.group);
      if (settings.output != null && isWriter() && saver.saved().isEmpty()) {
        writeUnlessThere(rows.task().saved(model, encoder), settings.output);
      }
      TrainingFacts facts = facts(result, rows).settings(identity.facts());
      return builder.model(
          new LoadedModel(model, encoder.tokenizer(), facts),
          new TextReader(new Inference(model, Precision.FLOAT32.pack(model)), encoder),
          rows.task());
    } catch (TrainingDivergedException e) {
      throw new TrainingDivergedException(e, whatIsLeft(saver));
    }
  }

  /**
   * Writes the weights to keep where this process has saved none: it resumed after they were found,
   * and the folder may be another one, or gone. If they are there, nothing in it is touched.
   */
  private static void writeUnlessThere(SavedModel kept, Path output) throws IOException {
    if (!kept.isIn(output)) {
      kept.write(output);
    }
  }

  /** The labels that no training row has. */
  private static List<String> unusedLabels(TaskChoice.Settled<?, ?> rows) {
    List<Integer> counts = rows.task().counts(rows.training());
    Labels labels = rows.task().labels();
    return IntStream.range(0, counts.size())
        .filter(label -> counts.get(label) == 0)
        .mapToObj(labels::name)
        .toList();
  }

  private TrainingIdentity identity(
      TaskChoice.Settled<P, E> rows, List<Document> training, List<Document> held) {
    return new TrainingIdentity.Builder()
        .add("checkpoint", Objects.requireNonNull(settings.checkpoint))
        .addAll(options.affectingWeights())
        .addAll(builder.factsOfKeepBest())
        .add("problem type", rows.task().problemType().key())
        .add("loss", builder.lossName())
        .add("freeze", settings.freeze)
        .add("lora", settings.lora == null ? "none" : settings.lora)
        .add(
            "dropout",
            settings.dropout.isPresent() ? settings.dropout.getAsDouble() : "the checkpoint's")
        .add(
            TrainingIdentity.DROPOUT_DRAWING,
            isAlone() ? "in a row (without a group)" : "by text (with a group)")
        .add("precision", settings.precision)
        .add("head", settings.headWeights)
        .add("form of the head", settings.head == null ? "the checkpoint's" : settings.head)
        .add("long texts", settings.longTexts)
        .add("labels", rows.task().labels().names())
        .add("training data", TrainingIdentity.digest(training, rows.training()))
        .add("validation data", TrainingIdentity.digest(held, rows.validation()))
        .build();
  }

  /**
   * In a single process, dropout's random streams continue from batch to batch. Several processes
   * cannot do that, so each text has its own stream.
   */
  private Dropout dropout() {
    return isAlone()
        ? Dropout.seeded(options.seed(), settings.dropout)
        : Dropout.byText(options.seed(), settings.dropout);
  }

  private boolean isAlone() {
    return settings.group == TrainingGroup.ALONE;
  }

  private FineTuningTask.Validation evaluation(
      Model model,
      TextEncoder encoder,
      TaskChoice.Settled<P, E> rows,
      List<Document> texts,
      Objective objective) {
    if (texts.isEmpty()) {
      return stop -> Map.of();
    }
    Task<P, E> task = rows.task();
    return stop -> {
      Inference inference = new Inference(model, Precision.FLOAT32.pack(model));
      inference.addOwner();
      try {
        TextReader reader = new TextReader(inference, encoder);
        List<float[]> logits =
            new DividedList(settings.group).map(texts, own -> reader.logits(own, stop));
        List<P> predictions = TextReader.predictions(texts, logits, task);
        return builder.metrics(
            task.evaluation(rows.validation(), predictions),
            objective.mean(logits, rows.validation()));
      } finally {
        inference.removeOwner();
      }
    };
  }

  private TrainingFacts facts(TrainingResult result, TaskChoice.Settled<P, E> rows) {
    return TrainingFacts.of(
            Objects.requireNonNull(settings.checkpoint),
            options,
            result,
            train.size(),
            rows.task().counts(rows.training()))
        .validationRows(settings.validation == null ? 0 : settings.validation.size())
        .precision(settings.precision.name().toLowerCase(Locale.ROOT));
  }

  private String whatIsLeft(WeightSaver saver) {
    if (settings.output == null) {
      return "call output(folder) to have the last good weights saved";
    }
    return saver.saved().isEmpty()
        ? nothingCame() + ", so nothing was saved to " + settings.output
        : "the last good weights, those of " + saver.saved() + ", are in " + settings.output;
  }

  private String nothingCame() {
    if (settings.resumes) {
      return "in this run nothing better came";
    }
    return isEvaluatedByStepsOnly() ? "nothing had been evaluated" : "no epoch had ended";
  }

  /** Whether an epoch may end without weights to keep. */
  private boolean isEvaluatedByStepsOnly() {
    return options.evaluation().keepBest().isPresent()
        && options.evaluation().everySteps().isPresent();
  }
}
