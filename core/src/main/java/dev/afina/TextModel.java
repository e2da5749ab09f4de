package dev.afina;

import ai.djl.engine.Engine;
import dev.afina.card.ModelCard;
import dev.afina.card.ModelFacts;
import dev.afina.card.PlainHeadFacts;
import dev.afina.card.TrainingFacts;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.explain.ExplainOptions;
import dev.afina.explain.Explanation;
import dev.afina.hub.HubClient;
import dev.afina.hub.HubCommit;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.engine.NativeMemory;
import dev.afina.internal.engine.NativeUse;
import dev.afina.internal.model.Architecture;
import dev.afina.internal.model.lora.Adapter;
import dev.afina.report.TrainingReport;
import dev.afina.tokenization.Tokenizer;
import dev.afina.training.TrainingResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A fine-tuned transformer: what a {@link Classifier}, a {@link MultiLabelClassifier} and a {@link
 * Regressor} have in common.
 *
 * <p>Make one and share it: all methods may be called from any thread at the same time. It holds
 * the weights in native memory, four bytes a parameter, and a copy of the encoder's linear layers
 * in the order in which they are read fastest (half of MiniLM, three quarters of BERT-base), until
 * {@link #close()}, which waits for running calls. The JVM's exit waits for what is being computed
 * and refuses what comes later, so no hook is needed for that.
 *
 * @param <P> what it says of one text
 * @param <E> how well it does on many
 */
public abstract sealed class TextModel<P, E extends EvaluationResult<P>>
    implements Predictor<P>, AutoCloseable permits Classifier, MultiLabelClassifier, Regressor {
  /** More tell nothing new and fill the heap. */
  private static final int MAX_PASSES = 100_000;

  private final LoadedModel loaded;
  private final TextReader reader;
  private final Task<P, E> task;

  private final OpenCalls calls = new OpenCalls(); // so that close() frees nothing under them

  /** Becomes one of the owners of what was loaded and of what is packed. */
  TextModel(LoadedModel loaded, TextReader reader, Task<P, E> task) {
    this.loaded = loaded;
    this.reader = reader;
    this.task = task;
    loaded.addOwner();
    reader.inference().addOwner();
  }

  /**
   * Loads a saved model as what its config.json says it is, for programs that don't know; {@link
   * Classifier#load(String)} and its siblings refuse what is not theirs. Where config.json has no
   * {@code problem_type}, one output is a regression and several are a classifier's.
   *
   * @param reference as {@link Classifier#load(String)} takes it
   * @throws IOException as {@link Classifier#load(String)}
   */
  public static TextModel<?, ?> load(String reference) throws IOException {
    return load(reference, HubClient::fromEnvironment);
  }

  /**
   * Loads a saved model as what its config.json says it is, where it is one of the Hub with this
   * client.
   *
   * @throws IOException as {@link #load(String)}
   */
  public static TextModel<?, ?> load(String reference, HubClient hub) throws IOException {
    Objects.requireNonNull(hub, "hub");
    return load(reference, () -> hub);
  }

  private static TextModel<?, ?> load(String reference, Supplier<HubClient> hub)
      throws IOException {
    Objects.requireNonNull(reference, "reference");
    try (CheckpointFiles files = CheckpointFiles.open(reference, hub)) {
      return switch (SavedModel.problemType(files.config(), files.description())) {
        case SINGLE_LABEL -> Classifier.load(files);
        case MULTI_LABEL -> MultiLabelClassifier.load(files);
        case REGRESSION -> Regressor.load(files);
      };
    }
  }

  /**
   * Writes down which commit of a Hub model is used, and the SHA-256 of every file of it, for
   * {@code load(reference, lockFile)} and {@link TextModelBuilder#lockFile} to hold on to.
   * Downloads the model where the cache lacks it.
   *
   * @param reference {@code owner/name} or {@code owner/name@revision} on the Hugging Face Hub
   * @param lockFile the file to write or replace, usually {@code afina.lock} beside the sources
   * @throws IOException when there is no such model, a download fails or the file cannot be written
   */
  public static void lock(String reference, Path lockFile) throws IOException {
    Objects.requireNonNull(reference, "reference");
    CheckpointFiles.lock(reference, lockFile, HubClient::fromEnvironment);
  }

  /**
   * Writes down, with this client, which commit of a Hub model is used.
   *
   * @throws IOException as {@link #lock(String, Path)}
   */
  public static void lock(String reference, Path lockFile, HubClient hub) throws IOException {
    Objects.requireNonNull(reference, "reference");
    Objects.requireNonNull(hub, "hub");
    CheckpointFiles.lock(reference, lockFile, () -> hub);
  }

  /** What the outputs of this model mean. */
  public final ProblemType problemType() {
    return task.problemType();
  }

  /**
   * What the model says of a text. Of texts longer than {@link #maxTokens()}, {@link #longTexts()}
   * tells what is read; an empty text is legal. A thread that is interrupted meanwhile gets the
   * result and stays interrupted.
   *
   * @throws OverloadedException when too many tokens are in flight, see {@link
   *     ServingOptions#tokensInFlight}
   * @throws DeadlineExceededException when it takes longer than {@link ServingOptions#deadline}
   * @throws IllegalStateException when this model is closed, or its outputs are not finite numbers
   */
  @Override
  public final P predict(String text) {
    return predict(Example.of(text), reader.serving().newDeadline());
  }

  /**
   * What the model says of a text, within some time.
   *
   * @param deadline the time from now on, in place of that of the serving options; when it has
   *     passed the call ends, and what is still queued is never computed
   * @throws DeadlineExceededException when it has passed, or is not more than zero
   * @throws OverloadedException as {@link #predict(String)}
   * @throws IllegalStateException as {@link #predict(String)}
   */
  public final P predict(String text, Duration deadline) {
    return predict(Example.of(text), Deadline.in(deadline));
  }

  /**
   * What the model says of a pair of texts.
   *
   * @throws RuntimeException as {@link #predict(String)}
   */
  @Override
  public final P predict(String text, String pair) {
    return predict(Example.ofPair(text, pair), reader.serving().newDeadline());
  }

  /**
   * What the model will say of a text. The text is tokenized before this returns; then it waits
   * with those of all callers, and no thread with it. Where the future completes, and so what is
   * chained to it runs, {@link ServingOptions#executor} says; never on a thread that computes.
   * Cancelling this future, or completing it, drops the text, if it is still queued.
   *
   * @return fails as {@link #predict(String)} does
   */
  @Override
  public final CompletableFuture<P> predictAsync(String text) {
    return predictAsync(Example.of(text), reader.serving().newDeadline());
  }

  /**
   * What the model will say of a text, within some time.
   *
   * @param deadline as {@link #predict(String, Duration)} has it
   * @return fails as {@link #predict(String, Duration)} does, when the time has passed
   */
  public final CompletableFuture<P> predictAsync(String text, Duration deadline) {
    return predictAsync(Example.of(text), Deadline.in(deadline));
  }

  /** What the model will say of a pair of texts, as {@link #predictAsync(String)} does it. */
  @Override
  public final CompletableFuture<P> predictAsync(String text, String pair) {
    return predictAsync(Example.ofPair(text, pair), reader.serving().newDeadline());
  }

  /**
   * What the model says of many texts, in their order; much faster than one by one. A text's result
   * does not depend on the others but for float rounding.
   *
   * @throws IllegalStateException when this model is closed, or its outputs are not finite numbers:
   *     the message names the text
   */
  @Override
  public final List<P> predict(List<String> texts) {
    return Predictor.super.predict(texts);
  }

  /**
   * What the model says of many texts or pairs, in their order; labels and values in the data are
   * not looked at. Lists are never refused: this one waits while those of other callers are
   * computed, a few batches in turn.
   *
   * @throws DeadlineExceededException when it takes longer than {@link ServingOptions#deadline}
   * @throws IllegalStateException when this model is closed
   */
  @Override
  public final List<P> predict(Dataset data) {
    Deadline deadline = reader.serving().newDeadline();
    return whileOpen(() -> reader.read(data, task, deadline));
  }

  /**
   * What the model says of each text or pair when it is asked many times with random elements
   * dropped, at the rates of its config.json: Monte-Carlo dropout. A text's passes depend on the
   * seed and not on the other texts. It takes longer than as many predictions, by plain operators.
   *
   * @param passes how many, 2 to 100,000
   * @param seed of what is dropped
   * @return the passes of each text
   * @throws IllegalStateException when this model is closed, its outputs are not finite numbers, or
   *     it drops nothing
   */
  public final List<List<P>> passesWithDropout(Dataset data, int passes, long seed) {
    if (passes < 2 || passes > MAX_PASSES) {
      throw new IllegalArgumentException(
          "passes: expected 2 to %s, got %s".formatted(MAX_PASSES, passes));
    }
    return whileOpen(() -> reader.readWithDropout(data, passes, seed, task));
  }

  /**
   * Which words and tokens of a text carried the best label, by integrated gradients; see {@link
   * ExplainOptions}.
   *
   * @throws IllegalArgumentException as {@link #explain(String, ExplainOptions)}
   * @throws IllegalStateException as {@link #explain(String, ExplainOptions)}
   */
  public final Explanation explain(String text) {
    return explain(text, ExplainOptions.integratedGradients());
  }

  /**
   * Which words and tokens of a text carried an output: the logit of a label or the value of a
   * regression, in float32 whatever the precision of this model. Takes as long as training on as
   * many texts as there are steps; a long text is cut as in a prediction.
   *
   * @throws IllegalArgumentException when there is no such label, none is named where a regression
   *     has several targets, the text has no tokens, the baseline is a padding token that the
   *     tokenizer lacks, or the text is too long for a model that does not read its beginning only
   * @throws DeadlineExceededException when it takes longer than {@link ServingOptions#deadline}
   * @throws IllegalStateException when this model is closed, or its outputs or gradients are not
   *     finite numbers
   */
  public final Explanation explain(String text, ExplainOptions options) {
    return explain(Example.of(text), options, reader.serving().newDeadline());
  }

  /**
   * Which words and tokens of a text carried an output, within some time. An explanation takes much
   * longer than a prediction; it ends a batch of points after the deadline at the latest.
   *
   * @param deadline the time from now on, in place of that of the serving options
   * @throws DeadlineExceededException when it has passed, or is not more than zero
   * @throws IllegalArgumentException as {@link #explain(String, ExplainOptions)}
   * @throws IllegalStateException as {@link #explain(String, ExplainOptions)}
   */
  public final Explanation explain(String text, ExplainOptions options, Duration deadline) {
    return explain(Example.of(text), options, Deadline.in(deadline));
  }

  /**
   * Which words and tokens of a pair of texts carried an output.
   *
   * @throws IllegalArgumentException as {@link #explain(String, ExplainOptions)}
   * @throws IllegalStateException as {@link #explain(String, ExplainOptions)}
   */
  public final Explanation explain(String text, String pair, ExplainOptions options) {
    return explain(Example.ofPair(text, pair), options, reader.serving().newDeadline());
  }

  /**
   * Which words and tokens of a pair of texts carried an output, within some time; it ends a batch
   * of points after the deadline at the latest.
   *
   * @param deadline the time from now on, in place of that of the serving options
   * @throws DeadlineExceededException when it has passed, or is not more than zero
   * @throws IllegalArgumentException as {@link #explain(String, ExplainOptions)}
   * @throws IllegalStateException as {@link #explain(String, ExplainOptions)}
   */
  public final Explanation explain(
      String text, String pair, ExplainOptions options, Duration deadline) {
    return explain(Example.ofPair(text, pair), options, Deadline.in(deadline));
  }

  private Explanation explain(Example example, ExplainOptions options, Deadline deadline) {
    Objects.requireNonNull(options, "options");
    return whileOpen(
        () -> new Explaining(loaded.model(), reader, task).of(example, options, deadline));
  }

  /**
   * A vector that stands for a text: the encoder's last hidden state, pooled. For search, clusters
   * and duplicates; texts that the model was trained to tell apart lie apart. Longer texts are cut
   * as in a prediction; of windows it is the mean by their tokens.
   *
   * @return as many numbers as the model's hidden size, in the precision of this model
   * @throws OverloadedException when more tokens wait than the serving options allow
   * @throws DeadlineExceededException when it takes longer than {@link ServingOptions#deadline}
   * @throws IllegalStateException when this model is closed, or a number is not finite
   */
  public final float[] embedding(String text, Pooling pooling) {
    Objects.requireNonNull(pooling, "pooling");
    Example example = Example.of(text);
    Deadline deadline = reader.serving().newDeadline();
    return whileOpen(() -> reader.embedding(example, pooling, deadline));
  }

  /**
   * The vectors of many texts, in their order; much faster than one by one, in the time of as many
   * predictions.
   *
   * @throws IllegalArgumentException when a text is null, naming it
   * @throws IllegalStateException as {@link #embedding}
   */
  public final List<float[]> embeddings(List<String> texts, Pooling pooling) {
    return embeddings(TextEncoder.dataset(texts), pooling);
  }

  /**
   * The vectors of many texts or pairs, in their order; labels and values in the data are not
   * looked at.
   *
   * @throws IllegalStateException as {@link #embedding}
   */
  public final List<float[]> embeddings(Dataset data, Pooling pooling) {
    Objects.requireNonNull(pooling, "pooling");
    Deadline deadline = reader.serving().newDeadline();
    return whileOpen(() -> reader.embeddings(data, pooling, deadline));
  }

  /**
   * The tokenizer that this model reads with. It stays the model's: its {@code close()} does
   * nothing, and it is closed when the last model is that shares these weights.
   *
   * @throws IllegalStateException when this model is closed
   */
  public final Tokenizer tokenizer() {
    return whileOpen(() -> reader.encoder().tokenizer().shared());
  }

  /**
   * Compares predictions with the labels or values of {@code data}.
   *
   * @throws IllegalArgumentException when it is empty, or a row has no label or value, or none that
   *     this model knows
   * @throws IllegalStateException when this model is closed
   */
  public final E evaluate(Dataset data) {
    return whileOpen(
        () -> {
          Targets truth = task.targets("data", data, Dataset.of());
          return task.evaluation(truth, reader.readQuietly(data, task));
        });
  }

  /**
   * Saves a folder that {@code load} and Python's {@code AutoModelForSequenceClassification} and
   * {@code AutoTokenizer} open: config.json, model.safetensors, tokenizer.json,
   * tokenizer_config.json. The folder is written as a whole or not at all; a model that is there is
   * replaced only once the new one is complete.
   *
   * @throws IOException when it cannot be written, or {@code folder} holds something else than a
   *     model
   * @throws IllegalStateException when this model is closed, or a weight is not finite
   */
  public final void save(Path folder) throws IOException {
    enter();
    try {
      SavedModel.write(folder, loaded.model(), task, reader.encoder());
    } finally {
      calls.leave();
    }
  }

  /**
   * Saves what a training with {@link TextModelBuilder#lora} trained, without the base: PEFT's
   * adapter_config.json and adapter_model.safetensors with the head, beside config.json with the
   * labels and the tokenizer's files. {@code load} opens the folder, and so does PEFT, which has to
   * be told the number of labels:
   *
   * <pre>{@code
   * AutoPeftModelForSequenceClassification.from_pretrained("folder", num_labels=3)
   * }</pre>
   *
   * <p>Both look for the base where {@link TextModelBuilder#checkpoint(String)} had it; Afina also
   * beside the adapter, where that is a relative path. The folder is written as {@link #save} does
   * it.
   *
   * @throws IllegalStateException when this model was neither trained with {@code lora} nor loaded
   *     from an adapter, is closed, or a weight is not finite
   * @throws IOException as {@link #save}
   */
  public final void saveAdapter(Path folder) throws IOException {
    enter();
    try {
      Adapter adapter =
          loaded
              .model()
              .adapter()
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "saveAdapter: this model was trained as a whole; train with lora(...), or"
                              + " save(folder)"));
      SavedModel.writeAdapter(folder, loaded.model(), adapter, task, reader.encoder());
    } finally {
      calls.leave();
    }
  }

  /**
   * Uploads the model with a card to the Hugging Face Hub, where {@code load} and Python's {@code
   * pipeline("text-classification", model=name)} find it. The repository is made where it is
   * missing; in a card that is there, what a person wrote stays.
   *
   * @param name {@code owner/name}
   * @return the commit
   * @throws IllegalArgumentException when it is no such name
   * @throws IOException when the Hub refuses or cannot be reached; the repository stays as it was
   * @throws IllegalStateException when this model is closed
   */
  public final HubCommit pushToHub(String name) throws IOException {
    return pushToHub(name, PushOptions.standard());
  }

  /**
   * Uploads the model with a card to the Hugging Face Hub.
   *
   * @param name {@code owner/name}
   * @param options client, card, visibility, message, branch or pull request
   * @return the commit
   * @throws IllegalArgumentException when it is no such name, or the card is that of another one
   * @throws IOException as {@link #pushToHub(String)}, also when somebody else changes the
   *     repository meanwhile
   * @throws IllegalStateException when this model is closed
   */
  public final HubCommit pushToHub(String name, PushOptions options) throws IOException {
    Objects.requireNonNull(name, "name");
    ModelCard card = options.cardOf(name, () -> card(name).build());
    return new ModelPush(
            options.clientOrStandard(), card, options, options.title("End of training"))
        .run(this::save);
  }

  /**
   * Starts a model card with what is known here: labels, the longest text, versions, and of a model
   * that was trained its options, data and epochs.
   *
   * @param name {@code owner/name} on the Hub, or a plain name
   * @throws IllegalArgumentException when the Hub would refuse the name
   */
  public final ModelCard.Builder card(String name) {
    return ModelCard.of(facts(), name);
  }

  /**
   * Starts a report to look at, with what is known here: versions, machine, and of a model that was
   * trained its options, data and curves. Results are added:
   *
   * <pre>{@code
   * model.evaluate(test).addedTo(model.report(), "test", test).writeTo(Path.of("report"));
   * }</pre>
   */
  public final TrainingReport report() {
    return TrainingReport.of(facts());
  }

  private ModelFacts facts() {
    ModelFacts facts = facts(task, loaded.model().architecture(), maxTokens());
    ModelFacts withRules = task.decisions().map(facts::decisions).orElse(facts);
    return loaded.training().map(withRules::training).orElse(withRules);
  }

  /** What is known of a model that is still being trained. */
  static ModelFacts facts(Task<?, ?> task, Architecture architecture, int maxTokens) {
    ModelFacts facts =
        ModelFacts.of(task.labels(), maxTokens)
            .problemType(task.problemType())
            .engine(
                "Deep Java Library "
                    + Engine.getDjlVersion()
                    + ", PyTorch "
                    + Engine.getEngine("PyTorch").getVersion());
    String encoder = architecture.spec().prefix().replace(".", "");
    return architecture
        .plainHead()
        .map(head -> new PlainHeadFacts(encoder, head.readsMean(), head.plainDropout()))
        .map(facts::plainHead)
        .orElse(facts);
  }

  /**
   * A model with the same weights that predicts in another precision: faster, and less exact. What
   * that costs on your data, {@link #evaluate} tells:
   *
   * <pre>{@code
   * try (Classifier fast = classifier.withPrecision(Precision.INT8)) {
   *   System.out.printf("%.4f instead of %.4f%n",
   *       fast.evaluate(test).accuracy(), classifier.evaluate(test).accuracy());
   * }
   * }</pre>
   *
   * @return to be closed by the caller, before or after this one; it shares the weights and saves
   *     them as this one does, in float32
   * @throws IllegalStateException when this model is closed, or this machine cannot compute in the
   *     precision
   */
  public abstract TextModel<P, E> withPrecision(Precision precision);

  /**
   * The same model, which serves its callers in another way: what it refuses, how long a call may
   * take, who is told. The limit counts what all models of the same weights and precision have in
   * flight.
   *
   * @return to be closed by the caller, before or after this one, with which it shares all memory:
   *     a program that needs only the new one closes this one at once
   * @throws IllegalStateException when this model is closed
   */
  public abstract TextModel<P, E> withServing(ServingOptions options);

  /** What this model and all that share its weights in this precision have to do at this moment. */
  public final InFlight inFlight() {
    return reader.inference().inFlight();
  }

  /** The names of the outputs. */
  final Labels outputs() {
    return task.labels();
  }

  /**
   * A model with the same weights that does something else with texts longer than {@link
   * #maxTokens()}. A model does best what it was trained with.
   *
   * @return to be closed by the caller, before or after this one
   * @throws IllegalArgumentException when what it keeps does not fit into maxTokens
   * @throws IllegalStateException when this model is closed
   */
  public abstract TextModel<P, E> withLongTexts(LongTexts longTexts);

  /**
   * A model with the same weights that reads fewer tokens at once: faster, and less exact; or more,
   * up to what the model can take.
   *
   * @param maxTokens of a text, or a window of one, special ones included
   * @return to be closed by the caller, before or after this one
   * @throws IllegalArgumentException when the model cannot take as many, or what is kept of longer
   *     texts does not fit
   * @throws IllegalStateException when this model is closed
   */
  public abstract TextModel<P, E> withMaxTokens(int maxTokens);

  /** A reader that does something else with long texts. */
  final TextReader reader(LongTexts longTexts) {
    return reader(maxTokens(), longTexts);
  }

  /** A reader of longer or shorter texts. */
  final TextReader reader(int maxTokens) {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("maxTokens: expected 1 or more, got " + maxTokens);
    }
    return reader(maxTokens, longTexts());
  }

  private TextReader reader(int maxTokens, LongTexts longTexts) {
    Objects.requireNonNull(longTexts, "longTexts");
    return reader.with(
        TextEncoder.of(loaded.tokenizer(), loaded.model().architecture(), maxTokens, longTexts));
  }

  /** The weights, which other models may share. */
  final LoadedModel loaded() {
    return loaded;
  }

  final TextReader reader() {
    return reader;
  }

  /** A reader that computes in another precision. */
  final TextReader reader(Precision precision) {
    return reader.with(Inference.of(loaded.model(), precision));
  }

  /**
   * The longest text in tokens, or the longest window of one, special ones included; {@link
   * #longTexts()} tells what becomes of longer ones.
   */
  public final int maxTokens() {
    return reader.encoder().maxTokens();
  }

  /** What becomes of texts longer than {@link #maxTokens()}. */
  public final LongTexts longTexts() {
    return reader.encoder().longTexts();
  }

  /** How the training went; empty for a model that was loaded. */
  public final Optional<TrainingResult> training() {
    return loaded.training().map(TrainingFacts::result);
  }

  /**
   * Frees the weights, after running calls have ended, those of {@code predictAsync}, too. Further
   * calls of this method do nothing. In a shutdown hook it may leave the memory to the end of the
   * process.
   */
  @Override
  public final void close() {
    if (calls.close()) {
      reader.inference().removeOwner();
      loaded.removeOwner();
      if (reader.inference().isFreed()) {
        NativeUse.free(() -> NativeMemory.giveBack(loaded.model().bytes()));
      }
    }
  }

  private P predict(Example example, Deadline deadline) {
    return whileOpen(() -> reader.read(example, task, deadline));
  }

  private CompletableFuture<P> predictAsync(Example example, Deadline deadline) {
    if (!calls.enter()) {
      return CompletableFuture.failedFuture(closed());
    }
    return reader.readAsync(example, task, deadline, calls::leave);
  }

  final <T> T whileOpen(Supplier<T> call) {
    enter();
    try {
      return call.get();
    } finally {
      calls.leave();
    }
  }

  private void enter() {
    if (!calls.enter()) {
      throw closed();
    }
  }

  private IllegalStateException closed() {
    return new IllegalStateException("this " + getClass().getSimpleName() + " is closed");
  }
}
