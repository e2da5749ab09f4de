package dev.afina;

import com.google.gson.JsonObject;
import dev.afina.card.TrainingFacts;
import dev.afina.data.DataReport;
import dev.afina.data.Dataset;
import dev.afina.internal.checkpoint.AtomicFolder;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.engine.NativeUse;
import dev.afina.internal.model.Architectures;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.ModelLoader;
import dev.afina.internal.model.PackedModel;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import dev.afina.training.Checkpoints;
import dev.afina.training.Trainer;
import dev.afina.training.TrainingDivergedException;
import dev.afina.training.TrainingOptions;
import dev.afina.training.TrainingResult;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One fine-tuning, from a checkpoint and rows of data to a model.
 *
 * @param <M> the model
 * @param <P> what it says of one text
 * @param <E> how well it does on many
 */
final class Fit<M extends TextModel<P, E>, P, E extends EvaluationResult<P>> {
  private static final Logger log = LoggerFactory.getLogger(Fit.class);

  private final TextModelBuilder<?, M, P, E> builder;
  private final FitSettings settings;
  private final TrainingOptions options;
  private final Dataset train;

  /**
   * @param builder knows what differs by the type of problem
   */
  Fit(TextModelBuilder<?, M, P, E> builder, FitSettings settings, Dataset train) {
    this.builder = builder;
    this.settings = settings;
    this.options = settings.options;
    this.train = train;
  }

  M run() throws IOException {
    String checkpoint = settings.checkpoint;
    if (checkpoint == null) {
      throw new IllegalStateException(
          "checkpoint: none given; call checkpoint(...) with a folder, classpath: or Hub name");
    }
    builder.check(settings.validation != null);
    TaskChoice<P, E> choice = builder.choice(train, settings.validation);
    choice.check();
    try (NativeUse use = NativeUse.begin("training")) {
      settings.precision.forTraining(); // refuses here what this machine cannot do
    }
    if (settings.output != null) {
      AtomicFolder.prepare(settings.output); // before hours of training, not after
    }
    if (settings.checkpoints != null) {
      CheckpointFolders.prepare(settings.checkpoints, settings.resumes);
    }
    if (settings.lockFile == null && choice.needsCheckpoint()) {
      Optional<JsonObject> config = CheckpointFiles.configFirst(checkpoint);
      if (config.isPresent()) {
        choice.settle(config.get(), checkpoint); // before the weights are downloaded
      }
    }
    try (CheckpointFiles files =
        settings.lockFile == null
            ? CheckpointFiles.open(checkpoint)
            : CheckpointFiles.open(checkpoint, settings.lockFile)) {
      JsonObject config = files.config();
      TaskChoice.Settled<P, E> rows = choice.settle(config, files.description());
      Objective objective = builder.objective(rows.task(), rows.training());
      int outputs = rows.task().labels().size();
      TextEncoder.requireTaken(
          Architectures.of(new ConfigJson(config, files.description()), outputs),
          settings.maxTokens);
      Model model = ModelLoader.load(files, outputs, settings.head, options.seed());
      return LoadedModel.assemble(
          model,
          () -> Tokenizer.load(files::read),
          tokenizer -> {
            files.close(); // gives the memory of an ONNX file back before the training, not after
            TextEncoder encoder =
                TextEncoder.of(tokenizer, model.architecture(), settings.maxTokens);
            return train(rows, objective, model, encoder);
          });
    }
  }

  private M train(
      TaskChoice.Settled<P, E> rows, Objective objective, Model model, TextEncoder encoder)
      throws IOException {
    List<Encoding> texts = encoder.encode(train);
    String truncation = encoder.truncation(texts);
    if (!truncation.isEmpty()) {
      log.warn("training data: {}", truncation);
    }
    DataReport.of(train, settings.validation).warnings().forEach(log::warn);
    RateShares shares =
        new RateShares(
            model.architecture().spec().parameters(), options.optimizer(), settings.freeze);
    List<Encoding> held =
        settings.validation == null ? List.of() : encoder.encode(settings.validation);
    Checkpoints kept = checkpoints(model, rows.task(), encoder, identity(rows, texts, held));
    WeightSaver saver =
        new WeightSaver(
            settings.listener,
            () -> {
              if (settings.output != null) {
                SavedModel.write(settings.output, model, rows.task(), encoder);
              }
            });
    try (NativeUse use = NativeUse.begin("training");
        FineTuning task =
            new FineTuning(
                model,
                texts,
                rows.training(),
                objective,
                shares,
                settings.precision.forTraining(),
                Dropout.seeded(options.seed(), settings.dropout),
                options.optimizer().weightDecay(),
                evaluation(model, rows, held, objective))) {
      TrainingResult result = Trainer.fit(task, options, saver, settings.control, kept);
      return builder.model(new LoadedModel(model, encoder, facts(result, rows)), rows.task());
    } catch (TrainingDivergedException e) {
      throw new TrainingDivergedException(e, whatIsLeft(saver));
    }
  }

  private String whatIsLeft(WeightSaver saver) {
    if (settings.output == null) {
      return "call output(folder) to have the last good weights saved";
    }
    return saver.saved().isEmpty()
        ? "no epoch had ended, so nothing was saved to " + settings.output
        : "the last good weights, those of " + saver.saved() + ", are in " + settings.output;
  }

  private FineTuning.Validation evaluation(
      Model model, TaskChoice.Settled<P, E> rows, List<Encoding> texts, Objective objective) {
    if (texts.isEmpty()) {
      return stop -> Map.of();
    }
    Task<P, E> task = rows.task();
    return stop -> {
      Optional<PackedModel> packed = Precision.FLOAT32.pack(model);
      try {
        List<P> predictions = new Predictor<>(model, packed, task).predict(texts, stop);
        return builder.metrics(
            task.evaluation(rows.validation(), predictions),
            objective.mean(predictions.stream().map(task::logits).toList(), rows.validation()));
      } finally {
        packed.ifPresent(PackedModel::close);
      }
    };
  }

  private Checkpoints checkpoints(
      Model model, Task<P, E> task, TextEncoder encoder, TrainingIdentity identity)
      throws IOException {
    if (settings.checkpoints == null) {
      return Checkpoints.NONE;
    }
    CheckpointFolders folders =
        new CheckpointFolders(
            settings.checkpoints,
            options.saving(),
            new StateFile.TrainingFigures(
                options.evaluation().everySteps().orElse(options.loggingSteps()),
                options.loggingSteps(),
                options.saving().everySteps().orElse(500),
                options.batchSize()),
            folder -> SavedModel.writeFiles(folder, model, task, encoder));
    if (settings.resumes) {
      folders.resume(model, identity);
    } else {
      folders.begin(identity);
    }
    return folders;
  }

  private TrainingIdentity identity(
      TaskChoice.Settled<P, E> rows, List<Encoding> training, List<Encoding> held) {
    return new TrainingIdentity.Builder()
        .add("checkpoint", Objects.requireNonNull(settings.checkpoint))
        .addAll(options.deciding())
        .add("problem type", rows.task().problemType().key())
        .add("loss", builder.lossName())
        .add("freeze", settings.freeze)
        .add(
            "dropout",
            settings.dropout.isPresent() ? settings.dropout.getAsDouble() : "the checkpoint's")
        .add("precision", settings.precision)
        .add("head", settings.head)
        .add("labels", rows.task().labels().names())
        .add("training data", TrainingIdentity.digest(training, rows.training()))
        .add("validation data", TrainingIdentity.digest(held, rows.validation()))
        .build();
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
}
