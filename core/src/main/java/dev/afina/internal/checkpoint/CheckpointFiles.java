package dev.afina.internal.checkpoint;

import com.google.gson.JsonObject;
import dev.afina.CheckpointException;
import dev.afina.hub.HubClient;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The files of one checkpoint, in a folder, on the class path or on the Hub.
 *
 * <p>A checkpoint is a Hugging Face folder (config.json, tokenizer files, and the weights in one of
 * the {@linkplain WeightsForm forms}: model.safetensors, pytorch_model.bin, or several files under
 * an index), or one ONNX file with its tokenizer.json, as published on Maven Central. In the second
 * form the tokenizer may be called {@code <name of the ONNX file>-tokenizer.json}, and a missing
 * config.json is derived from the graph.
 *
 * <p>A folder with PEFT's adapter_config.json and without weights of a whole model is an adapter:
 * its base is opened as well, {@link #weights} are those of the base, and {@link #adapter} are the
 * updates to merge into them.
 *
 * <p>Only the files of a Hub model that are needed are downloaded. Use an instance from one thread
 * at a time, except that {@link #read} may be called concurrently. The caller that opened it closes
 * it, which frees the memory of an ONNX file; objects that were returned before stay valid.
 */
public final class CheckpointFiles implements Closeable {
  /** The file with settings that only Afina knows. */
  public static final String OWN_CONFIG = "afina_config.json";

  /**
   * The weights of a model with a plain head, for which transformers has no class. Under the usual
   * name, transformers would load them with a randomly initialized head of its own, and only warn.
   */
  public static final String OWN_WEIGHTS = "afina_model.safetensors";

  static final String CONFIG = "config.json";
  private static final String EXPECTED =
      "expected a Hugging Face checkpoint (config.json, model.safetensors or pytorch_model.bin,"
          + " tokenizer.json) or one .onnx file with its tokenizer.json";

  private final CheckpointLocation location;
  private final String description;

  /** The ONNX file that has the weights, or null. */
  private final @Nullable String onnxName;

  /** The adapter, if this is one; then {@link #base} is set, too. */
  private final @Nullable AdapterFolder adapter;

  /** The base model of the adapter. */
  private final @Nullable CheckpointFiles base;

  /** Kept because the weights and the derived config.json come from the same graph. */
  private @Nullable OnnxGraph onnxGraph;

  private @Nullable Content onnxContent;
  private boolean closed;

  /**
   * Opens a checkpoint.
   *
   * @param reference the path of a folder; {@code classpath:folder} or {@code classpath:model.onnx}
   *     for resources found by the thread's context class loader or that of this library; or {@code
   *     owner/name} or {@code name}, optionally with {@code @revision}, for a model on the Hugging
   *     Face Hub. If a folder of that name exists, it is used rather than the Hub. Of a Hub model,
   *     config.json, one form of the tokenizer and one form of the weights are downloaded
   * @param hub supplies the client, if the Hub is needed
   * @return the files; the caller closes them
   * @throws IllegalArgumentException if the reference is blank
   * @throws CheckpointException if there is no such checkpoint; the message says where it was
   *     looked for and what the Hub answered
   * @throws IOException if the folder cannot be read or a download fails
   */
  public static CheckpointFiles open(String reference, Supplier<HubClient> hub) throws IOException {
    return CheckpointFinder.open(reference, hub);
  }

  /** Opens a checkpoint, using {@link HubClient#fromEnvironment()} if the Hub is needed. */
  public static CheckpointFiles open(String reference) throws IOException {
    return open(reference, HubClient::fromEnvironment);
  }

  /**
   * Opens a checkpoint for its tokenizer only. For an adapter without a tokenizer that is the one
   * of its base. Of a Hub model no weights are downloaded.
   *
   * @param reference as for {@link #open(String, Supplier)}
   * @param hub supplies the client, if the Hub is needed
   * @return the files, of which only the small ones may be read; the caller closes them
   * @throws IOException as {@link #open(String, Supplier)}
   */
  public static CheckpointFiles tokenizer(String reference, Supplier<HubClient> hub)
      throws IOException {
    return CheckpointFinder.tokenizer(reference, hub);
  }

  /**
   * Opens a checkpoint without its weights where they would have to be downloaded: those of a Hub
   * model that is no adapter and has a config.json. Everything else is opened as a whole.
   *
   * @param reference as for {@link #open(String, Supplier)}
   * @param hub supplies the client, if the Hub is needed
   * @return the files, of which only the small ones may be read; the caller closes them
   * @throws IOException as {@link #open(String, Supplier)}
   */
  public static CheckpointFiles openSmall(String reference, Supplier<HubClient> hub)
      throws IOException {
    return CheckpointFinder.openSmall(reference, hub);
  }

  /**
   * Opens a checkpoint and verifies it against a lock file.
   *
   * @param reference the Hub model that the lock file is for, of which the locked commit is used
   *     whatever branch or tag is named, or a folder with a copy of it. Files that are not locked
   *     are ignored
   * @param lockFile written by {@link #lock}
   * @param hub supplies the client, if the Hub is needed
   * @return the files; the caller closes them
   * @throws IllegalArgumentException if the reference is blank, or starts with {@code classpath:},
   *     since the versions of jars are pinned by the build
   * @throws CheckpointException if the lock file is for another model or commit
   * @throws IOException if the lock file cannot be read, or a file is missing or differs from the
   *     locked one; the message has the file, the expected hash and the actual one
   */
  public static CheckpointFiles open(String reference, Path lockFile, Supplier<HubClient> hub)
      throws IOException {
    return CheckpointFinder.locked(reference, lockFile, hub);
  }

  /**
   * Downloads a model from the Hub and writes a lock file with the hashes of its files.
   *
   * @param reference {@code owner/name}, {@code name} or either with {@code @revision}
   * @param lockFile the file to write or replace, usually {@code afina.lock}
   * @param hub the client
   * @throws CheckpointException if the reference does not name a Hub model, or names a folder
   * @throws IOException if a download fails or the file cannot be written
   */
  public static void lock(String reference, Path lockFile, Supplier<HubClient> hub)
      throws IOException {
    CheckpointFinder.lock(reference, lockFile, hub);
  }

  /**
   * Reads the configuration before anything else. Of a Hub model, only config.json is downloaded.
   *
   * @param reference as for {@link #open(String, Supplier)}
   * @param hub supplies the client, if the Hub is needed
   * @return empty if a Hub model has no config.json
   * @throws IOException as {@link #open(String, Supplier)}
   */
  public static Optional<JsonObject> configFirst(String reference, Supplier<HubClient> hub)
      throws IOException {
    return CheckpointFinder.configFirst(reference, hub);
  }

  /**
   * Finds the base of an adapter before anything is opened or downloaded.
   *
   * @param reference as for {@link #open(String, Supplier)}
   * @return its folder; empty if the reference is no folder with an adapter, the base is none, or
   *     the adapter cannot be read, which opening it tells
   */
  public static Optional<Path> baseFolderFirst(String reference) {
    return CheckpointFinder.baseFolderFirst(reference);
  }

  /**
   * Opens a folder.
   *
   * @param path the folder
   * @return the files; the caller closes them
   * @throws CheckpointException if there is no such folder, or it contains no checkpoint
   * @throws IOException if the folder cannot be read
   */
  public static CheckpointFiles folder(Path path) throws IOException {
    return CheckpointFinder.folder(path);
  }

  static CheckpointFiles of(CheckpointLocation location) throws IOException {
    return new CheckpointFiles(
        location, location.description(), hasWeights(location) ? null : onnxFile(location));
  }

  static boolean hasWeights(CheckpointLocation location) {
    return WeightsForm.find(location::exists).isPresent();
  }

  private static @Nullable String onnxFile(CheckpointLocation location) throws IOException {
    List<String> names = location.namesEndingWith(".onnx");
    if (names.contains("model.onnx")) { // beside variants such as model_quantized.onnx
      return "model.onnx";
    }
    if (names.size() > 1) {
      throw new CheckpointException(
          location.description()
              + ": several ONNX files, "
              + names
              + "; expected one, or one called model.onnx");
    }
    return names.isEmpty() ? null : names.get(0);
  }

  /**
   * @param onnxName the one ONNX file that has the weights, or null
   */
  CheckpointFiles(CheckpointLocation location, String description, @Nullable String onnxName) {
    this.location = location;
    this.description = description;
    this.onnxName = onnxName;
    this.adapter = null;
    this.base = null;
  }

  /** The files of an adapter with those of its base. */
  CheckpointFiles(AdapterFolder adapter, CheckpointFiles base) {
    this.location = adapter.location();
    this.description = adapter.location().description();
    this.onnxName = null;
    this.adapter = adapter;
    this.base = base;
  }

  /**
   * The adapter in this location. If there are weights of a whole model, too, they take precedence.
   */
  Optional<AdapterFolder> adapterFolder() throws IOException {
    return onnxName != null || hasWeights(location)
        ? Optional.empty()
        : AdapterFolder.find(location);
  }

  /** The folder or the {@code classpath:} name of the checkpoint, for messages. */
  public String description() {
    return description;
  }

  /**
   * Reads one of the small files.
   *
   * @param name such as {@code config.json}, {@code tokenizer.json} or {@code vocab.txt}; for an
   *     ONNX file {@code model.onnx}, {@code model-tokenizer.json} is found as {@code
   *     tokenizer.json}, and so on
   * @return the content; empty if the checkpoint has no such file
   * @throws IllegalArgumentException if the name is not a plain file name
   * @throws IllegalStateException if this is closed
   * @throws IOException if the file exists and cannot be read
   */
  public Optional<byte[]> read(String name) throws IOException {
    requireOpen();
    if (name.isEmpty() || name.startsWith(".") || name.contains("/") || name.contains("\\")) {
      throw new IllegalArgumentException(
          "file name \"" + name + "\": expected the plain name of a file in the checkpoint");
    }
    if (adapter != null && base != null && !adapter.hasTokenizer()) {
      return base.read(name);
    }
    String actual = actualName(name);
    return actual == null ? Optional.empty() : location.read(actual);
  }

  /**
   * Returns the configuration.
   *
   * @return config.json or, for a BERT encoder in ONNX without one, the configuration derived from
   *     its graph; a copy
   * @throws IllegalStateException if this is closed
   * @throws CheckpointException if there is neither, or the file is not a JSON object
   * @throws IOException if the file cannot be read
   */
  public JsonObject config() throws IOException {
    requireOpen();
    if (adapter != null && base != null) {
      return adapter.modelConfig(base);
    }
    String config = actualName(CONFIG);
    if (config != null) {
      byte[] json =
          location
              .read(config)
              .orElseThrow(
                  () -> new CheckpointException(location.describe(config) + ": no such file"));
      return JsonFile.parseObject(json, location.describe(config));
    }
    if (onnxName == null) {
      throw new CheckpointException(description + ": no config.json; " + EXPECTED);
    }
    OnnxGraph graph = onnx(onnxName);
    try (OnnxTensors tensors = OnnxTensors.of(graph)) {
      return OnnxBertConfig.derive(graph, tensors);
    }
  }

  /**
   * Returns the settings that only Afina knows.
   *
   * @return afina_config.json; empty if there is none. For an adapter it is its own and never that
   *     of its base, which has another head. A copy
   * @throws IllegalStateException if this is closed
   * @throws CheckpointException if the file is not a JSON object
   * @throws IOException if the file cannot be read
   */
  public Optional<JsonObject> ownConfig() throws IOException {
    requireOpen();
    String name = actualName(OWN_CONFIG);
    Optional<byte[]> json = name == null ? Optional.empty() : location.read(name);
    return json.isEmpty()
        ? Optional.empty()
        : Optional.of(JsonFile.parseObject(json.get(), location.describe(OWN_CONFIG)));
  }

  /**
   * Opens the weights.
   *
   * @return the tensors of the first form that exists (model.safetensors, its shards,
   *     pytorch_model.bin, its shards) or of the ONNX file; the caller closes them
   * @throws IllegalStateException if this is closed
   * @throws CheckpointException if there are no weights in a supported form, or their file is
   *     invalid
   * @throws IOException if a file cannot be read
   */
  public TensorSource weights() throws IOException {
    requireOpen();
    if (base != null) {
      return base.weights();
    }
    if (onnxName != null) {
      return OnnxTensors.of(onnx(onnxName));
    }
    Optional<WeightsForm> form = WeightsForm.find(location::exists);
    if (form.isPresent()) {
      return weights(form.get());
    }
    throw new CheckpointException(description + ": no weights; " + EXPECTED);
  }

  /** Whether this is an adapter with its base, and no whole model. */
  public boolean isAdapter() {
    return adapter != null;
  }

  /** The folder of an adapter's base; empty for a whole model, and for a base from elsewhere. */
  public Optional<Path> baseFolder() {
    return base != null && base.location instanceof CheckpointLocation.Folder folder
        ? Optional.of(folder.path())
        : Optional.empty();
  }

  /**
   * Opens the adapter that is to be merged into the {@link #weights}.
   *
   * @return empty for a whole model; the caller closes it
   * @throws IllegalStateException if this is closed
   * @throws CheckpointException if it has no tensors in a supported form
   * @throws IOException if a file cannot be read
   */
  public Optional<AdapterSource> adapter() throws IOException {
    requireOpen();
    return adapter == null ? Optional.empty() : Optional.of(adapter.open());
  }

  /** Frees the memory of an ONNX file, if one was read. Idempotent. */
  @Override
  public void close() throws IOException {
    closed = true;
    if (base != null) {
      base.close();
    }
    onnxGraph = null;
    if (onnxContent != null) {
      onnxContent.close();
      onnxContent = null;
    }
  }

  /**
   * The actual name of a file, or null if it does not exist. For an ONNX file {@code base.onnx} it
   * is {@code base-NAME} or NAME. The root of the class path is shared by all jars, so a plain NAME
   * there may belong to something else; only the tokenizer is taken from there.
   */
  private @Nullable String actualName(String name) {
    if (onnxName != null) {
      String own = onnxName.substring(0, onnxName.length() - ".onnx".length()) + "-" + name;
      if (location.exists(own)) {
        return own;
      }
      boolean sharedRoot =
          location instanceof CheckpointLocation.ClassPath classPath
              && classPath.prefix().isEmpty();
      if (sharedRoot && !name.startsWith("tokenizer")) {
        return null;
      }
    }
    return location.exists(name) ? name : null;
  }

  private TensorSource weights(WeightsForm form) throws IOException {
    String name = form.fileName();
    if (!form.isSharded()) {
      return form.source(location, name);
    }
    byte[] index =
        location
            .read(name)
            .orElseThrow(() -> new CheckpointException(location.describe(name) + ": no such file"));
    return ShardedTensors.open(
        index, location.describe(name), form.suffix(), shard -> form.source(location, shard));
  }

  private OnnxGraph onnx(String name) throws IOException {
    if (onnxGraph == null) {
      String where = location.describe(name);
      Content content = location.open(name);
      onnxContent = content;
      if (content.size() > Integer.MAX_VALUE) {
        throw new CheckpointException(
            where
                + ": "
                + content.size()
                + " bytes, expected less than 2 GiB, the limit of the ONNX format");
      }
      onnxGraph = OnnxGraph.parse(content.range(0, (int) content.size()), where);
    }
    return onnxGraph;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the files of " + description + " are closed");
    }
  }
}
