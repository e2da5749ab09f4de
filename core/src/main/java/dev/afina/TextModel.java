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
import dev.afina.internal.explain.Explaining;
import dev.afina.internal.model.Architecture;
import dev.afina.internal.model.lora.Adapter;
import dev.afina.internal.objective.Targets;
import dev.afina.internal.saved.ConfigLabels;
import dev.afina.internal.saved.SavedModel;
import dev.afina.internal.serving.Deadline;
import dev.afina.internal.serving.Inference;
import dev.afina.internal.serving.OpenCalls;
import dev.afina.internal.text.LongTextRule;
import dev.afina.internal.text.TextEncoder;
import dev.afina.report.TrainingReport;
import dev.afina.tokenization.Tokenizer;
import dev.afina.training.TrainingResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A fine-tuned transformer: what a {@link Classifier}, a {@link MultiLabelClassifier} and a {@link
 * Regressor} have in common.
 *
 * <p>Create one and share it: all methods may be called concurrently from any thread. Until {@link
 * #close()}, which waits for running calls, a model holds native memory: the weights, four bytes
 * per parameter, and a copy of the encoder's linear layers in a layout that is faster to read (half
 * of the weights of MiniLM, three quarters of BERT-base). No shutdown hook is needed: the JVM
 * finishes the batches being computed before it exits and rejects later calls.
 *
 * @param <P> the prediction for one text
 * @param <E> the evaluation on labelled data
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
   * Loads a saved model of whatever type its config.json declares. Use {@link
   * Classifier#load(String)}, {@link MultiLabelClassifier#load(String)} or {@link
   * Regressor#load(String)} if you know the type; they reject other models. If config.json has no
   * {@code problem_type}, a model with one output is a {@link Regressor}, one with several a {@link
   * Classifier}.
   *
   * @param reference as for {@link Classifier#load(String)}
   * @return the model; the caller closes it
   * @throws IOException as {@link Classifier#load(String)}
   * @throws IllegalArgumentException if the reference is blank
   */
  public static TextModel<?, ?> load(String reference) throws IOException {
    return LoadedModel.open(reference, HubClient::fromEnvironment, TextModel::load);
  }

  /**
   * Loads a saved model of whatever type its config.json declares, using this client if the
   * reference names a model on the Hub.
   *
   * @return the model; the caller closes it
   * @throws IOException as {@link #load(String)}
   * @throws IllegalArgumentException if the reference is blank
   */
  public static TextModel<?, ?> load(String reference, HubClient hub) throws IOException {
    Objects.requireNonNull(hub, "hub");
    return LoadedModel.open(reference, () -> hub, TextModel::load);
  }

  /**
   * Loads a saved model of whatever type its config.json declares, and verifies it against a lock
   * file.
   *
   * @param reference {@code owner/name} on the Hugging Face Hub, which loads the locked commit, or
   *     a folder with the same files
   * @param lockFile a file written by {@link #lock}; the SHA-256 of every file is compared on every
   *     load
   * @return the model; the caller closes it
   * @throws IOException as {@link #load(String)}, and if a file is missing or differs from the
   *     locked one; the message has the file, the expected hash and the actual one
   * @throws IllegalArgumentException if the reference is blank
   */
  public static TextModel<?, ?> load(String reference, Path lockFile) throws IOException {
    return LoadedModel.open(reference, lockFile, HubClient::fromEnvironment, TextModel::load);
  }

  /**
   * Loads a saved model of whatever type its config.json declares and verifies it against a lock
   * file, using this client if the reference names a model on the Hub.
   *
   * @return the model; the caller closes it
   * @throws IOException as {@link #load(String, Path)}
   * @throws IllegalArgumentException if the reference is blank
   */
  public static TextModel<?, ?> load(String reference, Path lockFile, HubClient hub)
      throws IOException {
    Objects.requireNonNull(hub, "hub");
    return LoadedModel.open(reference, lockFile, () -> hub, TextModel::load);
  }

  /**
   * Loads a saved model of whatever type its config.json declares from a folder.
   *
   * @return the model; the caller closes it
   * @throws IOException as {@link #load(String)}
   */
  public static TextModel<?, ?> load(Path folder) throws IOException {
    Objects.requireNonNull(folder, "folder");
    try (CheckpointFiles files = CheckpointFiles.folder(folder)) {
      return load(files);
    }
  }

  private static TextModel<?, ?> load(CheckpointFiles files) throws IOException {
    return switch (ConfigLabels.problemType(files.config(), files.description())) {
      case SINGLE_LABEL -> Classifier.load(files);
      case MULTI_LABEL -> MultiLabelClassifier.load(files);
      case REGRESSION -> Regressor.load(files);
    };
  }

  /**
   * Writes a lock file: the commit of a model on the Hub and the SHA-256 of each of its files.
   * {@link #load(String, Path)} and {@link TextModelBuilder#lockFile} verify against it. Downloads
   * the model unless it is in the cache.
   *
   * @param reference {@code owner/name} or {@code owner/name@revision} on the Hugging Face Hub
   * @param lockFile the file to write or replace, usually {@code afina.lock} beside the sources
   * @throws IOException if there is no such model, a download fails or the file cannot be written
   */
  public static void lock(String reference, Path lockFile) throws IOException {
    Objects.requireNonNull(reference, "reference");
    CheckpointFiles.lock(reference, lockFile, HubClient::fromEnvironment);
  }

  /**
   * Writes a lock file, using this client.
   *
   * @throws IOException as {@link #lock(String, Path)}
   */
  public static void lock(String reference, Path lockFile, HubClient hub) throws IOException {
    Objects.requireNonNull(reference, "reference");
    Objects.requireNonNull(hub, "hub");
    CheckpointFiles.lock(reference, lockFile, () -> hub);
  }

  /**
   * Predicts a text. It may be empty; one longer than {@link #maxTokens()} is handled as {@link
   * #longTexts()} says. Interrupting the calling thread does not end the call; the thread's
   * interrupt flag stays set.
   *
   * @throws OverloadedException if too many tokens are in flight; see {@link
   *     ServingOptions#tokensInFlight}
   * @throws DeadlineExceededException if it takes longer than {@link ServingOptions#deadline}
   * @throws IllegalArgumentException if the text is null
   * @throws IllegalStateException if this model is closed, or its outputs are not finite numbers
   */
  @Override
  public final P predict(String text) {
    return predict(Example.of(text), reader.serving().newDeadline());
  }

  /**
   * Predicts a text within a time limit.
   *
   * @param deadline the time allowed from now on, which overrides that of the serving options. When
   *     it has passed, the call ends, and a text that is still queued is never computed
   * @throws DeadlineExceededException if the deadline passes, or is zero or negative
   * @throws OverloadedException as {@link #predict(String)}
   * @throws IllegalStateException as {@link #predict(String)}
   */
  public final P predict(String text, Duration deadline) {
    return predict(Example.of(text), Deadline.in(deadline));
  }

  /**
   * Predicts a pair of texts.
   *
   * @throws RuntimeException as {@link #predict(String)}
   */
  @Override
  public final P predict(String text, String pair) {
    return predict(Example.ofPair(text, pair), reader.serving().newDeadline());
  }

  /**
   * Predicts a pair of texts within a time limit.
   *
   * @param deadline as for {@link #predict(String, Duration)}
   * @throws RuntimeException as {@link #predict(String, Duration)}
   */
  public final P predict(String text, String pair, Duration deadline) {
    return predict(Example.ofPair(text, pair), Deadline.in(deadline));
  }

  private P predict(Example example, Deadline deadline) {
    return whileOpen(() -> reader.read(example, task, deadline));
  }

  /**
   * Predicts many texts, in the order of the list; much faster than one by one. Apart from float
   * rounding a text's result does not depend on the other texts.
   *
   * @throws DeadlineExceededException if it takes longer than {@link ServingOptions#deadline}
   * @throws IllegalArgumentException as {@link #predict(String)}, for one of the texts
   * @throws IllegalStateException if this model is closed, or its outputs are not finite numbers;
   *     the message names the text
   */
  @Override
  public final List<P> predict(List<String> texts) {
    return Predictor.super.predict(texts);
  }

  /**
   * Predicts many texts or pairs, in the order of {@code data}, whose labels and values are
   * ignored. Data sets and lists are never rejected: callers take turns, a few batches at a time.
   *
   * @throws DeadlineExceededException if it takes longer than {@link ServingOptions#deadline}
   * @throws IllegalStateException if this model is closed, or its outputs are not finite numbers;
   *     the message names the row
   */
  @Override
  public final List<P> predict(Dataset data) {
    Deadline deadline = reader.serving().newDeadline();
    return whileOpen(() -> reader.read(data, task, deadline));
  }

  /**
   * Predicts a stream of texts and reports progress, as {@link Predictor#predict(Stream)} says. It
   * has no deadline.
   *
   * @throws NullPointerException if an argument is null
   */
  @Override
  public final Stream<P> predict(Stream<Example> texts, LongConsumer progress) {
    return withoutDeadline().predict(texts, progress);
  }

  /** Predicts texts that need not fit into memory. They have no deadline. */
  @Override
  public final Iterator<P> predict(Iterator<Example> texts) {
    return withoutDeadline().predict(texts);
  }

  /** Predicts data sets however long it takes. */
  final Predictor<P> withoutDeadline() {
    return data -> whileOpen(() -> reader.read(data, task, Deadline.NONE));
  }

  /**
   * Predicts a text asynchronously. The text is tokenized on the calling thread and then queued
   * with those of other callers; no thread blocks on the result. The future, and whatever is
   * chained to it, completes on {@link ServingOptions#executor}, never on a thread that computes.
   * Cancelling or completing the future removes the text from the queue if it is still there.
   *
   * @return a future that fails with the exceptions of {@link #predict(String)}
   */
  @Override
  public final CompletableFuture<P> predictAsync(String text) {
    return predictAsync(Example.of(text), reader.serving().newDeadline());
  }

  /**
   * Predicts a text asynchronously within a time limit.
   *
   * @param deadline as for {@link #predict(String, Duration)}
   * @return a future that fails with the exceptions of {@link #predict(String, Duration)}
   */
  public final CompletableFuture<P> predictAsync(String text, Duration deadline) {
    return predictAsync(Example.of(text), Deadline.in(deadline));
  }

  /** Predicts a pair of texts asynchronously, as {@link #predictAsync(String)}. */
  @Override
  public final CompletableFuture<P> predictAsync(String text, String pair) {
    return predictAsync(Example.ofPair(text, pair), reader.serving().newDeadline());
  }

  /**
   * Predicts a pair of texts asynchronously within a time limit.
   *
   * @param deadline as for {@link #predict(String, Duration)}
   * @return a future that fails with the exceptions of {@link #predict(String, Duration)}
   */
  public final CompletableFuture<P> predictAsync(String text, String pair, Duration deadline) {
    return predictAsync(Example.ofPair(text, pair), Deadline.in(deadline));
  }

  private CompletableFuture<P> predictAsync(Example example, Deadline deadline) {
    if (!calls.enter()) {
      return CompletableFuture.failedFuture(closed());
    }
    return reader.readAsync(example, task, deadline, calls::leave);
  }

  /**
   * Predicts each text or pair several times with dropout switched on, at the rates of the model's
   * config.json (Monte-Carlo dropout). The passes of a text depend on the seed and not on the other
   * texts. A pass takes longer than a prediction, because it does not use the packed layers. It has
   * no deadline.
   *
   * @param passes the number of forward passes per text, 2 to 100,000
   * @param seed the seed of the dropout masks
   * @return for each text, in the order of {@code data}, its passes
   * @throws IllegalArgumentException if {@code passes} is out of range
   * @throws IllegalStateException if this model is closed, its outputs are not finite numbers, or
   *     its dropout rates are all 0
   */
  public final List<List<P>> passesWithDropout(Dataset data, int passes, long seed) {
    if (passes < 2 || passes > MAX_PASSES) {
      throw new IllegalArgumentException(
          "passes: expected 2 to %s, got %s".formatted(MAX_PASSES, passes));
    }
    return whileOpen(() -> reader.readWithDropout(data, passes, seed, task));
  }

  /**
   * Attributes the best label of a text to its words and tokens by integrated gradients; see {@link
   * ExplainOptions}.
   *
   * @throws IllegalArgumentException as {@link #explain(String, ExplainOptions)}
   * @throws IllegalStateException as {@link #explain(String, ExplainOptions)}
   */
  public final Explanation explain(String text) {
    return explain(text, ExplainOptions.integratedGradients());
  }

  /**
   * Attributes one output, the logit of a label or the value of a regression, to the words and
   * tokens of a text. Computed in float32 whatever the precision of this model; it costs as much as
   * training on one text per step. A long text is cut as in a prediction.
   *
   * @throws IllegalArgumentException if the label is unknown, a regression has several targets and
   *     none is named, the text has no tokens, the baseline is the padding token and the tokenizer
   *     has none, or the text is too long and {@link #longTexts()} is not {@link LongTexts#cut()}
   * @throws DeadlineExceededException if it takes longer than {@link ServingOptions#deadline}
   * @throws IllegalStateException if this model is closed, or its outputs or gradients are not
   *     finite numbers
   */
  public final Explanation explain(String text, ExplainOptions options) {
    return explain(Example.of(text), options, reader.serving().newDeadline());
  }

  /**
   * Attributes one output to the words and tokens of a text within a time limit, which is checked
   * between batches of steps.
   *
   * @param deadline the time allowed from now on, which overrides that of the serving options
   * @throws DeadlineExceededException if the deadline passes, or is zero or negative
   * @throws IllegalArgumentException as {@link #explain(String, ExplainOptions)}
   * @throws IllegalStateException as {@link #explain(String, ExplainOptions)}
   */
  public final Explanation explain(String text, ExplainOptions options, Duration deadline) {
    return explain(Example.of(text), options, Deadline.in(deadline));
  }

  /**
   * Attributes one output to the words and tokens of a pair of texts.
   *
   * @throws IllegalArgumentException as {@link #explain(String, ExplainOptions)}
   * @throws IllegalStateException as {@link #explain(String, ExplainOptions)}
   */
  public final Explanation explain(String text, String pair, ExplainOptions options) {
    return explain(Example.ofPair(text, pair), options, reader.serving().newDeadline());
  }

  /**
   * Attributes one output to the words and tokens of a pair of texts within a time limit, which is
   * checked between batches of steps.
   *
   * @param deadline the time allowed from now on, which overrides that of the serving options
   * @throws DeadlineExceededException if the deadline passes, or is zero or negative
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
        () ->
            new Explaining(
                    loaded.model(),
                    reader.inference(),
                    reader.encoder(),
                    task.labels(),
                    task.problemType())
                .of(example, options, deadline));
  }

  /**
   * Computes the embedding of a text: the encoder's last hidden state, pooled. For semantic search,
   * clustering and finding duplicates. A long text is cut as in a prediction; the embedding of a
   * text that is read in windows is the mean of theirs, weighted by their numbers of tokens.
   *
   * @return a vector of the model's hidden size, computed in the precision of this model
   * @throws OverloadedException if too many tokens are in flight; see {@link
   *     ServingOptions#tokensInFlight}
   * @throws DeadlineExceededException if it takes longer than {@link ServingOptions#deadline}
   * @throws IllegalStateException if this model is closed, or a number is not finite
   */
  public final float[] embedding(String text, Pooling pooling) {
    return embedding(Example.of(text), pooling);
  }

  /**
   * Computes the embedding of a pair of texts, which the encoder reads together.
   *
   * @return as {@link #embedding(String, Pooling)}
   * @throws RuntimeException as {@link #embedding(String, Pooling)}
   */
  public final float[] embedding(String text, String pair, Pooling pooling) {
    return embedding(Example.ofPair(text, pair), pooling);
  }

  private float[] embedding(Example example, Pooling pooling) {
    Objects.requireNonNull(pooling, "pooling");
    Deadline deadline = reader.serving().newDeadline();
    return whileOpen(() -> reader.embedding(example, pooling, deadline));
  }

  /**
   * Computes the embeddings of many texts, in the order of the list; much faster than one by one,
   * and about as fast as predicting them.
   *
   * @throws IllegalArgumentException if a text is null; the message has its index
   * @throws DeadlineExceededException if it takes longer than {@link ServingOptions#deadline}
   * @throws IllegalStateException as {@link #embedding(String, Pooling)}
   */
  public final List<float[]> embeddings(List<String> texts, Pooling pooling) {
    return embeddings(TextEncoder.dataset(texts), pooling);
  }

  /**
   * Computes the embeddings of many texts or pairs, in the order of {@code data}, whose labels and
   * values are ignored.
   *
   * @throws DeadlineExceededException if it takes longer than {@link ServingOptions#deadline}
   * @throws IllegalStateException as {@link #embedding(String, Pooling)}
   */
  public final List<float[]> embeddings(Dataset data, Pooling pooling) {
    Objects.requireNonNull(pooling, "pooling");
    Deadline deadline = reader.serving().newDeadline();
    return whileOpen(() -> reader.embeddings(data, pooling, deadline));
  }

  /**
   * The tokenizer of this model. The model keeps ownership: calling {@code close()} on it has no
   * effect, and it is closed with the last model that shares these weights.
   *
   * @throws IllegalStateException if this model is closed
   */
  public final Tokenizer tokenizer() {
    return whileOpen(() -> reader.encoder().tokenizer().shared());
  }

  /**
   * Predicts {@code data} and compares the predictions with its labels or values.
   *
   * @throws IllegalArgumentException if it is empty, or a row's label or value is missing or
   *     unknown to this model
   * @throws IllegalStateException if this model is closed
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
   * tokenizer_config.json. The folder is written atomically: a model that is already there is
   * replaced only once the new one is complete. Other files in it, such as README.md, stay.
   *
   * @throws IOException if it cannot be written, or {@code folder} contains anything but a model;
   *     the message says why, what is there, and what to do. An existing model is then unchanged,
   *     and this one can still be used
   * @throws IllegalStateException if this model is closed, or a weight is not finite
   */
  public final void save(Path folder) throws IOException {
    enter();
    try (NativeUse use = NativeUse.beginUnlessEnded()) {
      saved().write(folder);
    } finally {
      calls.leaveHere();
    }
  }

  /**
   * Saves only the weights that a training with {@link TextModelBuilder#lora} changed, in the
   * format of Hugging Face PEFT: adapter_config.json and adapter_model.safetensors (with the head),
   * beside config.json (with the labels) and the tokenizer's files. {@code load} opens the folder,
   * and so does PEFT if you pass the number of labels:
   *
   * <pre>{@code
   * AutoPeftModelForSequenceClassification.from_pretrained("folder", num_labels=3)
   * }</pre>
   *
   * <p>Both look for the base model where {@link TextModelBuilder#checkpoint(String)} found it; if
   * that is a relative path, Afina also looks beside the adapter. The folder is written atomically,
   * as by {@link #save}.
   *
   * @throws IllegalStateException if this model was neither trained with {@code lora} nor loaded
   *     from an adapter, if it is closed, or if a weight is not finite
   * @throws IOException as {@link #save}
   */
  public final void saveAdapter(Path folder) throws IOException {
    enter();
    try (NativeUse use = NativeUse.beginUnlessEnded()) {
      Adapter adapter =
          loaded
              .model()
              .adapter()
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "saveAdapter: this model was trained as a whole; train with lora(...), or"
                              + " save(folder)"));
      saved().writeAdapter(folder, adapter);
    } finally {
      calls.leaveHere();
    }
  }

  /**
   * Uploads the model with a card to the Hugging Face Hub, where {@code load} and Python's {@code
   * pipeline("text-classification", model=name)} find it. The repository is created if it does not
   * exist. An existing card is updated; what people wrote in it is kept.
   *
   * @param name {@code owner/name}
   * @return the new commit
   * @throws IllegalArgumentException if the name is not of that form
   * @throws IOException if the Hub rejects the upload or cannot be reached; the repository is then
   *     unchanged
   * @throws IllegalStateException if this model is closed
   */
  public final HubCommit pushToHub(String name) throws IOException {
    return pushToHub(name, PushOptions.standard());
  }

  /**
   * Uploads the model with a card to the Hugging Face Hub.
   *
   * @param name {@code owner/name}
   * @param options client, card, visibility, message, branch or pull request
   * @return the new commit
   * @throws IllegalArgumentException if the name is not of that form, or the card is for another
   *     repository
   * @throws IOException as {@link #pushToHub(String)}, and if somebody else changes the repository
   *     at the same time
   * @throws IllegalStateException if this model is closed
   */
  public final HubCommit pushToHub(String name, PushOptions options) throws IOException {
    Objects.requireNonNull(name, "name");
    ModelCard card = options.cardOf(name, () -> card(name).build());
    return new ModelPush(
            options.clientOrStandard(), card, options, options.title("End of training"))
        .run(this::save);
  }

  /**
   * Starts a model card that contains what this model knows: labels, maximum length and versions
   * and, if it was trained in this process, options, data and epochs.
   *
   * @param name {@code owner/name} on the Hub, or a plain name
   * @throws IllegalArgumentException if the Hub would reject the name
   */
  public final ModelCard.Builder card(String name) {
    return ModelCard.of(facts(), name);
  }

  /**
   * Starts an HTML report that contains what this model knows: versions, machine and, if it was
   * trained in this process, options, data and learning curves. Add the results of evaluations:
   *
   * <pre>{@code
   * model.evaluate(test).addedTo(model.report(), "test", test).writeTo(Path.of("report"));
   * }</pre>
   */
  public final TrainingReport report() {
    return TrainingReport.of(facts());
  }

  private SavedModel saved() {
    return task.saved(loaded.model(), reader.encoder());
  }

  private ModelFacts facts() {
    ModelFacts facts = facts(task, loaded.model().architecture(), reader.encoder());
    ModelFacts withRules = task.decisions().map(facts::decisions).orElse(facts);
    return loaded.training().map(withRules::training).orElse(withRules);
  }

  /** The facts about a model that is still being trained. */
  static ModelFacts facts(Task<?, ?> task, Architecture architecture, TextEncoder encoder) {
    ModelFacts facts =
        ModelFacts.of(task.labels(), encoder.maxTokens())
            .longTexts(LongTexts.of(encoder.longTexts()).facts())
            .problemType(task.problemType())
            .engine(
                "Deep Java Library "
                    + Engine.getDjlVersion()
                    + ", PyTorch "
                    + Engine.getEngine("PyTorch").getVersion());
    String prefix = architecture.spec().prefix().replace(".", "");
    return architecture
        .plainHead()
        .map(head -> new PlainHeadFacts(prefix, head.readsMean(), head.plainDropout()))
        .map(facts::plainHead)
        .orElse(facts);
  }

  /**
   * Returns a model with the same weights that predicts in another precision: faster, and less
   * exact. Measure the difference on your own data:
   *
   * <pre>{@code
   * try (Classifier fast = classifier.withPrecision(Precision.INT8)) {
   *   System.out.printf("%.4f instead of %.4f%n",
   *       fast.evaluate(test).accuracy(), classifier.evaluate(test).accuracy());
   * }
   * }</pre>
   *
   * @return a model that shares the weights, and saves them in float32 as this one does; the caller
   *     closes both, in any order
   * @throws IllegalStateException if this model is closed, or this machine cannot compute in the
   *     precision
   */
  public abstract TextModel<P, E> withPrecision(Precision precision);

  /**
   * Returns a model with the same weights that handles texts longer than {@link #maxTokens()} in
   * another way. Results are best with the one the model was trained with.
   *
   * @return a model that shares the weights; the caller closes both, in any order
   * @throws IllegalArgumentException if the part to keep does not fit into {@code maxTokens}
   * @throws IllegalStateException if this model is closed
   */
  public abstract TextModel<P, E> withLongTexts(LongTexts longTexts);

  /**
   * Returns a model with the same weights that reads fewer tokens of a text, which is faster and
   * less exact, or more, up to the limit of the architecture.
   *
   * @param maxTokens the maximum length of a text, or of one window of it, special tokens included
   * @return a model that shares the weights; the caller closes both, in any order
   * @throws IllegalArgumentException if it is less than 1, if the architecture cannot read that
   *     many tokens, or if {@link #longTexts()} does not fit into so few
   * @throws IllegalStateException if this model is closed
   */
  public abstract TextModel<P, E> withMaxTokens(int maxTokens);

  /**
   * Returns the same model with other serving options: queue limit, deadline, listener, executor.
   * The queue is shared, so its limit applies to the tokens in flight of all models with the same
   * weights and precision.
   *
   * @param options the new options, all of them: those that they leave at their defaults replace
   *     the present ones, too
   * @return a model that shares all memory with this one; the caller closes both, in any order.
   *     Close this one right away if you need only the new one
   * @throws IllegalStateException if this model is closed
   */
  public abstract TextModel<P, E> withServing(ServingOptions options);

  /**
   * The texts of single calls that are queued or being computed right now, by this model and by all
   * others with the same weights and precision.
   */
  public final InFlight inFlight() {
    return reader.inference().inFlight();
  }

  /** The type of task that this model was trained for. */
  public final ProblemType problemType() {
    return task.problemType();
  }

  /**
   * The maximum length, in tokens, of a text or of one window of it, special tokens included; see
   * {@link #longTexts()} for longer texts.
   */
  public final int maxTokens() {
    return reader.encoder().maxTokens();
  }

  /**
   * How this model serves: queue limit, deadline, listener, executor. {@link #withServing} changes
   * it.
   *
   * @return {@link ServingOptions#standard()} unless options were set
   */
  public final ServingOptions serving() {
    return reader.serving();
  }

  /** How texts longer than {@link #maxTokens()} are handled. */
  public final LongTexts longTexts() {
    return LongTexts.of(reader.encoder().longTexts());
  }

  /** The result of the training; empty for a model that was loaded. */
  public final Optional<TrainingResult> training() {
    return loaded.training().map(TrainingFacts::result);
  }

  /**
   * Waits for running calls, those of {@code predictAsync} included, and for the batches of those
   * that were cancelled or missed their deadline. Then frees the native memory that no other model
   * shares. Idempotent. In a shutdown hook it may leave the memory to be freed by the end of the
   * process.
   *
   * @throws IllegalStateException within a call of this model on the same thread, such as from its
   *     {@link ModelListener}, because it would wait for itself; the model stays open
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

  /** The names of the outputs. */
  final Labels outputs() {
    return task.labels();
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
    return reader.with(new Inference(loaded.model(), precision.pack(loaded.model())));
  }

  /** A reader that does something else with long texts. */
  final TextReader reader(LongTexts longTexts) {
    Objects.requireNonNull(longTexts, "longTexts");
    return reader(maxTokens(), longTexts.rule());
  }

  /** A reader of longer or shorter texts. */
  final TextReader reader(int maxTokens) {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("maxTokens: expected 1 or more, got " + maxTokens);
    }
    return reader(maxTokens, reader.encoder().longTexts());
  }

  private TextReader reader(int maxTokens, LongTextRule longTexts) {
    return reader.with(
        TextEncoder.of(loaded.tokenizer(), loaded.model().architecture(), maxTokens, longTexts));
  }

  final <T> T whileOpen(Supplier<T> call) {
    enter();
    try {
      return call.get();
    } finally {
      calls.leaveHere();
    }
  }

  private void enter() {
    if (!calls.enterHere()) {
      throw closed();
    }
  }

  private IllegalStateException closed() {
    return new IllegalStateException("this " + getClass().getSimpleName() + " is closed");
  }
}
