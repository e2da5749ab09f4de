package dev.afina;

import com.google.gson.JsonObject;
import dev.afina.card.TrainingFacts;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.hub.HubClient;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.engine.NativeUse;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.engine.Workers;
import dev.afina.internal.model.BackgroundTask;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.model.HeadForm;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.ModelLoader;
import dev.afina.internal.saved.AfinaConfig;
import dev.afina.internal.saved.ConfigLabels;
import dev.afina.internal.saved.HeadJson;
import dev.afina.internal.saved.LongTextsJson;
import dev.afina.internal.saved.RuleWeights;
import dev.afina.internal.serving.Inference;
import dev.afina.internal.text.LongTextRule;
import dev.afina.internal.text.TextEncoder;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model, its tokenizer and the facts about its training, shared by several {@link TextModel}s.
 * The last of them to close frees it.
 */
final class LoadedModel {
  private final Model model;
  private final Tokenizer tokenizer;
  private final @Nullable TrainingFacts training;
  private int owners;

  /** Takes ownership of the model and the tokenizer. */
  LoadedModel(Model model, Tokenizer tokenizer, @Nullable TrainingFacts training) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.training = training;
  }

  Model model() {
    return model;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  Optional<TrainingFacts> training() {
    return Optional.ofNullable(training);
  }

  synchronized void addOwner() {
    owners++;
  }

  synchronized void removeOwner() {
    owners--;
    if (owners == 0) {
      model.close();
      tokenizer.close();
    }
  }

  /** The constructor of a text model. */
  interface Maker<T, M> {
    M make(LoadedModel loaded, TextReader reader, T task);
  }

  /** Creates the task from the labels and the settings that Afina saves. */
  interface TaskOf<T> {
    T of(Labels labels, AfinaConfig config) throws CheckpointException;
  }

  /** Loads a model from the files of a checkpoint. */
  interface Loader<M> {
    M load(CheckpointFiles files) throws IOException;
  }

  /**
   * Opens a checkpoint, loads a model from it, and closes it again.
   *
   * @param reference a folder, {@code classpath:folder} or a name on the Hub
   * @param hub the client for a model on the Hub; not called for others
   */
  static <M> M open(String reference, Supplier<HubClient> hub, Loader<M> loader)
      throws IOException {
    Objects.requireNonNull(reference, "reference");
    try (CheckpointFiles files = CheckpointFiles.open(reference, hub)) {
      return loader.load(files);
    }
  }

  /** As the other, and verifies the files against a lock file. */
  static <M> M open(String reference, Path lockFile, Supplier<HubClient> hub, Loader<M> loader)
      throws IOException {
    Objects.requireNonNull(reference, "reference");
    Objects.requireNonNull(lockFile, "lockFile");
    try (CheckpointFiles files = CheckpointFiles.open(reference, lockFile, hub)) {
      return loader.load(files);
    }
  }

  /**
   * Loads a saved model. The tokenizer, PyTorch and the kernels are prepared on threads of their
   * own while the weights are read.
   *
   * @param type the type of task that the model must have
   * @throws java.io.InterruptedIOException if the JVM is shutting down, or the thread is
   *     interrupted (its interrupt flag stays set)
   * @throws IOException if it cannot be read, or is of another type
   */
  static <T extends Task<?, ?>, M> M load(
      CheckpointFiles files, ProblemType type, TaskOf<T> tasks, Maker<T, M> models)
      throws IOException {
    JsonObject config = files.config();
    Labels labels = ConfigLabels.required(type, config, files.description());
    ConfigLabels.warnOfContradiction(config, labels, files.description());
    AfinaConfig own = AfinaConfig.read(files, labels); // before the weights, which take longer
    T task = tasks.of(labels, own);
    LongTextRule longTexts = LongTextsJson.read(own);
    HeadForm head = HeadJson.read(own);
    try (NativeUse use = NativeUse.begin("loading " + files.description());
        BackgroundTask<Tokenizer> reading =
            BackgroundTask.begin(
                "afina-tokenizer", () -> Tokenizer.load(files::read), Tokenizer::close);
        BackgroundTask<Void> starting = BackgroundTask.begin("afina-pytorch", PyTorch::start)) {
      ModelLoader loader =
          ModelLoader.of(files, labels.size(), ModelLoader.HeadWeights.REQUIRED, head);
      // A worker, of a loss that loads another model, would wait for this thread, which waits for
      // workers; it tests by itself when it packs.
      BackgroundTask.Work testing =
          Workers.isWorker() ? () -> {} : () -> Precision.FLOAT32.prepare(loader.architecture());
      try (BackgroundTask<Void> kernels = BackgroundTask.begin("afina-kernels", testing)) {
        Model model = loader.load(0);
        return assemble(
            model,
            reading::take,
            tokenizer -> {
              Optional<ConfigJson> rules = RulesJson.section(own);
              if (rules.isPresent()) {
                RuleWeights.require(rules.get(), model);
              }
              TextEncoder encoder = encoder(tokenizer, model, longTexts, own);
              return models.make(
                  new LoadedModel(model, tokenizer, null),
                  new TextReader(new Inference(model, Precision.FLOAT32.pack(model)), encoder),
                  task);
            });
      }
    }
  }

  private static TextEncoder encoder(
      Tokenizer tokenizer, Model model, LongTextRule longTexts, AfinaConfig config)
      throws CheckpointException {
    try {
      return TextEncoder.of(tokenizer, model.architecture(), 0, longTexts);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(config.where() + ": " + e.getMessage(), e);
    }
  }

  /** Loads the tokenizer of a model. */
  interface TokenizerSource {
    Tokenizer load() throws IOException;
  }

  /** Makes something of a model's tokenizer. */
  interface Assembly<M> {
    M with(Tokenizer tokenizer) throws IOException;
  }

  /** Makes a text model of a model and its tokenizer. Closes both if that fails. */
  static <M> M assemble(Model model, TokenizerSource source, Assembly<M> assembly)
      throws IOException {
    boolean complete = false;
    Tokenizer tokenizer = null;
    try {
      tokenizer = source.load();
      M made = assembly.with(tokenizer);
      complete = true;
      return made;
    } finally {
      if (!complete) {
        model.close();
        if (tokenizer != null) {
          tokenizer.close();
        }
      }
    }
  }
}
