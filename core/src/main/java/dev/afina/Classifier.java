package dev.afina;

import ai.djl.engine.Engine;
import com.google.gson.JsonObject;
import dev.afina.card.ModelCard;
import dev.afina.card.ModelFacts;
import dev.afina.card.TrainingFacts;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.hub.HubClient;
import dev.afina.hub.HubCommit;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.engine.NativeUse;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.ModelLoader;
import dev.afina.internal.model.PackedModel;
import dev.afina.tokenization.Tokenizer;
import dev.afina.training.TrainingResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A transformer that says which label a text has: fine-tuned by {@link #builder()}, or {@linkplain
 * #load loaded} from a folder that Afina or Python's transformers saved.
 *
 * <pre>{@code
 * try (Classifier classifier = Classifier.builder()
 *         .checkpoint("distilbert-base-uncased")
 *         .epochs(3)
 *         .fit(Dataset.csv(Path.of("train.csv")))) {
 *     Prediction p = classifier.predict("So hyped for the new movie!");
 *     classifier.save(Path.of("emotions"));
 * }
 * }</pre>
 *
 * <p>Make one and share it: all methods may be called from any thread at the same time. It holds
 * the weights in native memory, four bytes a parameter, and a copy of the encoder's linear layers
 * in the order in which they are read fastest (half of MiniLM, three quarters of BERT-base), until
 * {@link #close()}, which waits for running calls. The JVM's exit waits for what is being computed
 * and refuses what comes later, so no hook is needed for that.
 */
public final class Classifier implements AutoCloseable {
  private final Model model;
  private final Labels labels;
  private final TextEncoder encoder;
  private final Owners owners;
  private final Optional<PackedModel> packed;
  private final Predictor predictor;
  private final @Nullable TrainingFacts training;

  // Calls hold the read lock, so that close() cannot free memory under them.
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  /** Takes over the model and the tokenizer. */
  Classifier(Model model, Labels labels, TextEncoder encoder, @Nullable TrainingFacts training) {
    this(model, labels, encoder, training, new Owners(), Precision.FLOAT32);
  }

  private Classifier(
      Model model,
      Labels labels,
      TextEncoder encoder,
      @Nullable TrainingFacts training,
      Owners owners,
      Precision precision) {
    this.model = model;
    this.labels = labels;
    this.encoder = encoder;
    this.training = training;
    this.packed = precision.pack(model);
    this.predictor = new Predictor(model, packed, labels);
    this.owners = owners;
    owners.add();
  }

  /** How many open classifiers share a model and a tokenizer: the last one to close frees them. */
  private static final class Owners {
    private int count;

    synchronized void add() {
      count++;
    }

    synchronized boolean removeLast() {
      return --count == 0;
    }
  }

  /** Starts a fine-tuning. */
  public static ClassifierBuilder builder() {
    return new ClassifierBuilder();
  }

  /**
   * Loads a saved classifier.
   *
   * @param reference a folder, {@code classpath:folder}, or {@code owner/name@revision} on the
   *     Hugging Face Hub, downloaded where the cache lacks it; see {@link
   *     ClassifierBuilder#checkpoint(String)}
   * @throws IOException when there is no such model, a download fails or its files cannot be read;
   *     what is wrong with them is a {@link dev.afina.CheckpointException} that names file and
   *     tensor
   */
  public static Classifier load(String reference) throws IOException {
    Objects.requireNonNull(reference, "reference");
    try (CheckpointFiles files = CheckpointFiles.open(reference)) {
      return load(files);
    }
  }

  /**
   * Loads a saved classifier and verifies it against a lock file.
   *
   * @param reference {@code owner/name} on the Hugging Face Hub, of which the locked commit is
   *     taken, or a folder with the same files
   * @param lockFile written by {@link #lock}; each file's SHA-256 is compared, at each load
   * @throws IOException as {@link #load(String)}, and when a file is missing or another one; the
   *     message names it, the hash expected and the hash found
   */
  public static Classifier load(String reference, Path lockFile) throws IOException {
    try (CheckpointFiles files = CheckpointFiles.open(reference, lockFile)) {
      return load(files);
    }
  }

  /**
   * Writes down which commit of a Hub model is used, and the SHA-256 of every file of it, for
   * {@link #load(String, Path)} and {@link ClassifierBuilder#lockFile} to hold on to. Downloads the
   * model where the cache lacks it.
   *
   * @param reference {@code owner/name} or {@code owner/name@revision} on the Hugging Face Hub
   * @param lockFile the file to write or replace, usually {@code afina.lock} beside the sources
   * @throws IOException when there is no such model, a download fails or the file cannot be written
   */
  public static void lock(String reference, Path lockFile) throws IOException {
    Objects.requireNonNull(reference, "reference");
    CheckpointFiles.lock(reference, lockFile);
  }

  /**
   * Loads a saved classifier from a folder.
   *
   * @throws IOException as {@link #load(String)}
   */
  public static Classifier load(Path folder) throws IOException {
    try (CheckpointFiles files = CheckpointFiles.folder(folder)) {
      return load(files);
    }
  }

  private static Classifier load(CheckpointFiles files) throws IOException {
    JsonObject config = files.config();
    SavedModel.requireSingleLabel(config, files.description());
    Labels labels = SavedModel.labels(config, files.description());
    SavedModel.warnOfContradiction(config, labels, files.description());
    try (NativeUse use = NativeUse.begin("loading " + files.description())) {
      Model model = ModelLoader.load(files, labels.size(), ModelLoader.Head.REQUIRED, 0);
      return assemble(
          model,
          () -> Tokenizer.load(files::read),
          tokenizer ->
              new Classifier(
                  model, labels, TextEncoder.of(tokenizer, model.architecture(), 0), null));
    }
  }

  /**
   * The most fitting label of a text and the probabilities of all. Texts longer than {@link
   * #maxTokens()} are cut; an empty text is legal.
   *
   * @throws IllegalStateException when this classifier is closed, or the model's outputs are not
   *     finite numbers
   */
  public Prediction predict(String text) {
    return predict(Example.of(text));
  }

  /**
   * The label of a pair of texts.
   *
   * @throws IllegalStateException when this classifier is closed, or the model's outputs are not
   *     finite numbers
   */
  public Prediction predict(String text, String pair) {
    return predict(Example.ofPair(text, pair));
  }

  /**
   * The labels of many texts, in their order; much faster than one by one. A text's result does not
   * depend on the others but for float rounding.
   *
   * @throws IllegalStateException when this classifier is closed, or the model's outputs are not
   *     finite numbers: the message names the text
   */
  public List<Prediction> predict(List<String> texts) {
    List<Example> examples = new ArrayList<>(texts.size());
    for (String text : texts) {
      if (text == null) {
        throw new IllegalArgumentException(
            "text " + examples.size() + " (counted from 0) is null; an empty text is \"\"");
      }
      examples.add(Example.of(text));
    }
    return predict(Dataset.of(examples));
  }

  /**
   * The labels of many texts or pairs, in their order; labels in the data are not looked at.
   *
   * @throws IllegalStateException when this classifier is closed
   */
  public List<Prediction> predict(Dataset data) {
    return whileOpen(() -> predictor.predict(encoder.encode(data)));
  }

  /**
   * Compares predictions with the labels of {@code data}.
   *
   * @throws IllegalArgumentException when it is empty, or a label is missing or not one of {@link
   *     #labels()}
   * @throws IllegalStateException when this classifier is closed
   */
  public Evaluation evaluate(Dataset data) {
    return whileOpen(
        () -> {
          List<Integer> truth = labels.resolveAll("data", data, Dataset.of());
          return new Evaluation(labels, truth, predictor.predict(encoder.encode(data)));
        });
  }

  /**
   * Saves a folder that {@link #load} and Python's {@code AutoModelForSequenceClassification} and
   * {@code AutoTokenizer} open: config.json, model.safetensors, tokenizer.json,
   * tokenizer_config.json. The folder is written as a whole or not at all; a model that is there is
   * replaced only once the new one is complete.
   *
   * @throws IOException when it cannot be written, or {@code folder} holds something else than a
   *     model
   * @throws IllegalStateException when this classifier is closed, or a weight is not finite
   */
  public void save(Path folder) throws IOException {
    lock.readLock().lock();
    try {
      requireOpen();
      SavedModel.write(folder, model, labels, encoder);
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Uploads the model with a card to the Hugging Face Hub, where {@link #load} and Python's {@code
   * pipeline("text-classification", model=name)} find it. The repository is made where it is
   * missing; in a card that is there, what a person wrote stays.
   *
   * @param name {@code owner/name}
   * @return the commit
   * @throws IllegalArgumentException when it is no such name
   * @throws IOException when the Hub refuses or cannot be reached; the repository stays as it was
   * @throws IllegalStateException when this classifier is closed
   */
  public HubCommit pushToHub(String name) throws IOException {
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
   * @throws IllegalStateException when this classifier is closed
   */
  public HubCommit pushToHub(String name, PushOptions options) throws IOException {
    Objects.requireNonNull(name, "name");
    ModelCard given = options.card();
    ModelCard card = given == null ? card(name).build() : given;
    if (!card.name().equals(name)) {
      throw new IllegalArgumentException(
          "card: is that of \"%s\", expected \"%s\"".formatted(card.name(), name));
    }
    return new ModelPush(client(options), card, options).run(this::save);
  }

  /**
   * Starts a model card with what is known here: labels, the longest text, versions, and of a
   * classifier that was trained its options, data and epochs.
   *
   * @param name {@code owner/name} on the Hub, or a plain name
   * @throws IllegalArgumentException when the Hub would refuse the name
   */
  public ModelCard.Builder card(String name) {
    ModelFacts facts =
        ModelFacts.of(labels, maxTokens())
            .engine(
                "Deep Java Library "
                    + Engine.getDjlVersion()
                    + ", PyTorch "
                    + Engine.getEngine("PyTorch").getVersion());
    return ModelCard.of(training == null ? facts : facts.training(training), name);
  }

  private static HubClient client(PushOptions options) {
    HubClient client = options.client();
    return client == null ? HubClient.fromEnvironment() : client;
  }

  /**
   * A classifier with the same weights that predicts in another precision: faster, and less exact.
   * What that costs on your data, {@link #evaluate} tells:
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
   * @throws IllegalStateException when this classifier is closed, or this machine cannot compute in
   *     the precision
   */
  public Classifier withPrecision(Precision precision) {
    Objects.requireNonNull(precision, "precision");
    return whileOpen(() -> new Classifier(model, labels, encoder, training, owners, precision));
  }

  /** The labels, in the order of the model's outputs. */
  public Labels labels() {
    return labels;
  }

  /** The longest text in tokens, special ones included; longer ones are cut. */
  public int maxTokens() {
    return encoder.maxTokens();
  }

  /** How the training went; empty for a classifier that was loaded. */
  public Optional<TrainingResult> training() {
    return Optional.ofNullable(training).map(TrainingFacts::result);
  }

  /**
   * Frees the weights, after running calls have ended. Further calls of this method do nothing. In
   * a shutdown hook it may leave the memory to the end of the process.
   */
  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        packed.ifPresent(PackedModel::close);
        if (owners.removeLast()) {
          model.close();
          encoder.tokenizer().close();
        }
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Something that needs reading. */
  interface Reading<T> {
    T read() throws IOException;
  }

  /** Something made of a tokenizer. */
  interface Assembly {
    Classifier with(Tokenizer tokenizer) throws IOException;
  }

  /** Makes a classifier of a model and a tokenizer; closes both when that fails. */
  static Classifier assemble(Model model, Reading<Tokenizer> reading, Assembly assembly)
      throws IOException {
    boolean complete = false;
    Tokenizer tokenizer = null;
    try {
      tokenizer = reading.read();
      Classifier classifier = assembly.with(tokenizer);
      complete = true;
      return classifier;
    } finally {
      if (!complete) {
        model.close();
        if (tokenizer != null) {
          tokenizer.close();
        }
      }
    }
  }

  private Prediction predict(Example example) {
    return whileOpen(() -> predictor.predict(encoder.encode(example)));
  }

  private <T> T whileOpen(Supplier<T> call) {
    lock.readLock().lock();
    try {
      requireOpen();
      return call.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this Classifier is closed");
    }
  }
}
