package dev.afina.internal.checkpoint;

import com.google.gson.JsonObject;
import dev.afina.CheckpointException;
import dev.afina.hub.HubClient;
import dev.afina.hub.HubException;
import dev.afina.hub.LockFile;
import dev.afina.hub.ModelReference;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The files of one checkpoint, wherever they lie.
 *
 * <p>A checkpoint is a Hugging Face folder (config.json, tokenizer files, and the weights in one of
 * the {@linkplain WeightsForm forms}: model.safetensors, pytorch_model.bin, or several files under
 * an index), or one ONNX file with its tokenizer.json beside it, as Maven Central carries them. In
 * the second form the tokenizer may be called {@code <name of the ONNX file>-tokenizer.json}, and
 * config.json is derived from the graph when it is missing.
 *
 * <p>A folder with PEFT's adapter_config.json and no weights of a whole model is an adapter: its
 * base is opened with it, {@link #weights} are the base's, and {@link #adapter} is what changes
 * them.
 *
 * <p>A model of the Hub is downloaded as far as it is needed; nothing else is. Use an instance from
 * one thread at a time; only {@link #read} may be called by another one meanwhile. Whoever opened
 * it closes it, which gives back the memory of an ONNX file but leaves everything valid that was
 * handed out.
 */
public final class CheckpointFiles implements Closeable {
  /** What this library keeps of a model beside what Python's libraries know. */
  public static final String OWN_CONFIG = "afina_config.json";

  /**
   * The weights of a model whose head transformers has no class for. Under the usual name Python
   * would fill a head of its own with random numbers, warn, and answer.
   */
  public static final String OWN_WEIGHTS = "afina_model.safetensors";

  private static final String CLASS_PATH = "classpath:";
  private static final String CONFIG = "config.json";
  private static final String EXPECTED =
      "expected a Hugging Face checkpoint (config.json, model.safetensors or pytorch_model.bin, tokenizer.json) or one .onnx file with its tokenizer.json";

  private final CheckpointLocation location;
  private final String description;

  /** The one ONNX file, when the weights are there. */
  private final @Nullable String onnxName;

  /** Where this is an adapter, with {@link #base}. */
  private final @Nullable AdapterFolder adapter;

  /** The model that the adapter updates. */
  private final @Nullable CheckpointFiles base;

  /** Kept because the weights and the derived config.json come from the same graph. */
  private @Nullable OnnxGraph onnxGraph;

  private @Nullable Content onnxContent;
  private boolean closed;

  private CheckpointFiles(
      CheckpointLocation location, String description, @Nullable String onnxName) {
    this.location = location;
    this.description = description;
    this.onnxName = onnxName;
    this.adapter = null;
    this.base = null;
  }

  private CheckpointFiles(AdapterFolder adapter, CheckpointFiles base) {
    this.location = adapter.location();
    this.description = adapter.location().description();
    this.onnxName = null;
    this.adapter = adapter;
    this.base = base;
  }

  /** With its base, where these are the files of an adapter. */
  private static CheckpointFiles adapted(CheckpointFiles files, Supplier<HubClient> hub)
      throws IOException {
    Optional<AdapterFolder> found = files.adapterFolder();
    if (found.isEmpty()) {
      return files;
    }
    AdapterFolder adapter = found.get().withBaseFound();
    CheckpointFiles base;
    try {
      base = openPlain(adapter.config().baseReference(), hub, HubCheckpoint::fetch);
    } catch (CheckpointException e) {
      throw new CheckpointException(
          files.description + ": an adapter, of whose base: " + e.getMessage(), e);
    }
    Optional<AdapterFolder> second = base.adapterFolder();
    if (second.isPresent()) {
      throw adapter.refusal("that is itself an adapter; merge that one into its base first");
    }
    return new CheckpointFiles(adapter, base);
  }

  /** Weights of a whole model count more than an adapter beside them. */
  private Optional<AdapterFolder> adapterFolder() throws IOException {
    return onnxName != null || hasWeights(location)
        ? Optional.empty()
        : AdapterFolder.find(location);
  }

  private CheckpointFiles refusingAdapters() throws IOException {
    Optional<AdapterFolder> found = adapterFolder();
    if (found.isPresent()) {
      throw found
          .get()
          .refusal("a lock file is for a whole model, because it names one repository");
    }
    return this;
  }

  /**
   * Finds a checkpoint.
   *
   * @param reference one of: the path of a folder; {@code classpath:folder} or {@code
   *     classpath:model.onnx} for resources that the thread's context class loader or this
   *     library's own finds; {@code owner/name}, {@code name} or either with {@code @revision} for
   *     a model of the Hugging Face Hub. An existing folder wins over a Hub name. Of a Hub model
   *     come config.json, one form of the tokenizer and one form of the weights.
   * @param hub the client, asked for where the Hub is needed
   * @return the files; the caller closes them
   * @throws IllegalArgumentException when the reference is blank
   * @throws CheckpointException when there is no such checkpoint; the message says where it was
   *     looked for, and what the Hub said
   * @throws IOException when the folder cannot be read or a download fails
   */
  public static CheckpointFiles open(String reference, Supplier<HubClient> hub) throws IOException {
    return adapted(openPlain(reference, hub, HubCheckpoint::fetch), hub);
  }

  /** As the other, with {@link HubClient#fromEnvironment()}. */
  public static CheckpointFiles open(String reference) throws IOException {
    return open(reference, HubClient::fromEnvironment);
  }

  /**
   * Finds the files of a checkpoint's tokenizer, and of an adapter without one those of its base's.
   * Of a Hub model no weights are downloaded.
   *
   * @param reference as for {@link #open(String, Supplier)}
   * @param hub the client, asked for where the Hub is needed
   * @return to be read only; the caller closes them
   * @throws IOException as {@link #open(String, Supplier)}
   */
  public static CheckpointFiles tokenizer(String reference, Supplier<HubClient> hub)
      throws IOException {
    CheckpointFiles files = openPlain(reference, hub, HubCheckpoint::fetchTokenizer);
    Optional<AdapterFolder> adapter = files.adapterFolder();
    return adapter.isEmpty() || adapter.get().hasTokenizer()
        ? files
        : openPlain(
            adapter.get().withBaseFound().config().baseReference(),
            hub,
            HubCheckpoint::fetchTokenizer);
  }

  /**
   * Finds a checkpoint and checks it against a lock file, so that it is the same as when that was
   * written.
   *
   * @param reference the Hub model that the lock is for, of which the locked commit is used
   *     whatever branch or tag is named; or a folder, a copy of it. Only the locked files are seen.
   * @param lockFile written by {@link #lock}
   * @param hub the client, asked for where the Hub is needed
   * @return the files; the caller closes them
   * @throws IllegalArgumentException when the reference is blank or {@code classpath:}, whose jars
   *     the build pins
   * @throws CheckpointException when the lock is for another model or commit
   * @throws IOException when the lock file cannot be read, or a file is missing or not the locked
   *     one; the message names it, the hash expected and the hash found
   */
  public static CheckpointFiles open(String reference, Path lockFile, Supplier<HubClient> hub)
      throws IOException {
    if (reference.isBlank() || reference.startsWith(CLASS_PATH)) {
      throw new IllegalArgumentException(
          "checkpoint \"" + reference + "\" with a lock file: expected owner/name or a folder");
    }
    LockFile lock = LockFile.read(lockFile);
    Path path = path(reference);
    if (path != null && exists(path)) {
      AtomicFolder.open(path);
      lock.verify(path);
      return chosen(path, lock.files().keySet()).refusingAdapters();
    }
    ModelReference model = hubModel(reference);
    Optional<String> commit = model.commit();
    if (!model.repositoryId().equals(lock.repositoryId())
        || (commit.isPresent() && !commit.get().equals(lock.commit()))) {
      throw new CheckpointException(
          "checkpoint \""
              + reference
              + "\": the lock file "
              + lockFile
              + " is for "
              + lock.model()
              + "; write a new one if the change is wanted");
    }
    HubCheckpoint checkpoint = HubCheckpoint.fetch(lock, hub.get());
    return chosen(checkpoint.folder(), checkpoint.names()).refusingAdapters();
  }

  /**
   * Fetches a model of the Hub and writes down what it consists of.
   *
   * @param reference {@code owner/name}, {@code name} or either with {@code @revision}
   * @param lockFile the file to write or replace, usually {@code afina.lock}
   * @param hub the client
   * @throws CheckpointException when the reference is no Hub model, or a folder has its name
   * @throws IOException when a download fails or the file cannot be written
   */
  public static void lock(String reference, Path lockFile, Supplier<HubClient> hub)
      throws IOException {
    Path path = path(reference);
    if (path != null && Files.exists(path)) {
      throw new CheckpointException(
          path + ": a folder on this machine, and a lock file is for a model of the Hub");
    }
    HubCheckpoint checkpoint = fromHub(reference, hub, HubCheckpoint::fetch);
    CheckpointFiles unused = chosen(checkpoint.folder(), checkpoint.names()).refusingAdapters();
    LockFile.of(checkpoint.commit(), checkpoint.folder(), checkpoint.names()).write(lockFile);
  }

  /**
   * The configuration before all else: of a model of the Hub, only config.json is downloaded.
   *
   * @param reference as for {@link #open(String, Supplier)}
   * @param hub the client, asked for where the Hub is needed
   * @return empty where a model of the Hub has no config.json
   * @throws IOException as {@link #open(String, Supplier)}
   */
  public static Optional<JsonObject> configFirst(String reference, Supplier<HubClient> hub)
      throws IOException {
    Path path = path(reference);
    if (reference.isBlank()
        || reference.startsWith(CLASS_PATH)
        || (path != null && Files.exists(path))) {
      try (CheckpointFiles files = open(reference, hub)) {
        return Optional.of(files.config());
      }
    }
    try {
      Path config = hub.get().download(hubModel(reference), CONFIG);
      return Optional.of(
          JsonFile.parseObject(CheckpointLocation.SMALL_FILE.bytes(config), config.toString()));
    } catch (HubException e) {
      if (e.reason() == HubException.Reason.ENTRY_NOT_FOUND) {
        return Optional.empty();
      }
      throw unavailable(reference, e);
    }
  }

  private static CheckpointFiles openPlain(
      String reference, Supplier<HubClient> hub, HubCheckpoint.Fetching fetching)
      throws IOException {
    if (reference.isBlank()) {
      throw new IllegalArgumentException(
          "checkpoint reference is blank; expected a folder, classpath:… or owner/name");
    }
    if (reference.startsWith(CLASS_PATH)) {
      return classPath(reference.substring(CLASS_PATH.length()));
    }
    Path path = path(reference);
    if (path != null && exists(path)) {
      return plainFolder(path);
    }
    HubCheckpoint checkpoint = fromHub(reference, hub, fetching);
    return chosen(checkpoint.folder(), checkpoint.names());
  }

  /**
   * Opens a folder.
   *
   * @param path the folder
   * @return the files; the caller closes them
   * @throws CheckpointException when there is no such folder, or it holds no checkpoint
   * @throws IOException when the folder cannot be read
   */
  public static CheckpointFiles folder(Path path) throws IOException {
    return adapted(plainFolder(path), HubClient::fromEnvironment);
  }

  private static CheckpointFiles plainFolder(Path path) throws IOException {
    AtomicFolder.open(path);
    if (!Files.isDirectory(path)) {
      throw new CheckpointException(
          path
              + (Files.exists(path)
                  ? ": a file, expected the folder of a checkpoint"
                  : ": no such folder"));
    }
    return of(new CheckpointLocation.Folder(path));
  }

  /**
   * Returns where the checkpoint is.
   *
   * @return the folder or the {@code classpath:} name, for messages
   */
  public String description() {
    return description;
  }

  /**
   * Reads one of the small files.
   *
   * @param name such as {@code config.json}, {@code tokenizer.json} or {@code vocab.txt}; for a
   *     checkpoint that is an ONNX file {@code model.onnx}, {@code model-tokenizer.json} is found
   *     as {@code tokenizer.json}, and so on
   * @return the content, or empty when the checkpoint has no such file
   * @throws IllegalArgumentException when the name is not a plain file name
   * @throws IllegalStateException when this is closed
   * @throws IOException when the file is there and cannot be read
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
   * @return config.json, or for a BERT encoder in ONNX that has none, the configuration read from
   *     its graph; the caller's own copy
   * @throws IllegalStateException when this is closed
   * @throws CheckpointException when there is neither, or the file is no JSON object
   * @throws IOException when the file cannot be read
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
   * Returns what this library keeps of the model beside what Python's libraries know.
   *
   * @return afina_config.json, empty where there is none; an adapter's own and never its base's,
   *     which is of another head; the caller's own copy
   * @throws IllegalStateException when this is closed
   * @throws CheckpointException when the file is no JSON object
   * @throws IOException when the file cannot be read
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
   * @return the tensors of the first form that is there (model.safetensors, the files of its index,
   *     pytorch_model.bin, the files of its index), or of the ONNX file; the caller closes them
   * @throws IllegalStateException when this is closed
   * @throws CheckpointException when there are no weights in a form that can be read, or their file
   *     breaks its format
   * @throws IOException when a file cannot be read
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

  /**
   * Opens what is to be merged into the {@link #weights}.
   *
   * @return empty where this is a whole model; the caller closes it
   * @throws IllegalStateException when this is closed
   * @throws CheckpointException when there are no tensors in a form that can be read
   * @throws IOException when a file cannot be read
   */
  public Optional<AdapterSource> adapter() throws IOException {
    requireOpen();
    return adapter == null ? Optional.empty() : Optional.of(adapter.open());
  }

  /** Gives back the memory of the ONNX file, if one was read; may be called again. */
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

  private static CheckpointFiles classPath(String name) throws CheckpointException {
    String path = name.startsWith("/") ? name.substring(1) : name;
    if (path.endsWith(".onnx")) {
      int slash = path.lastIndexOf('/');
      CheckpointLocation location = new CheckpointLocation.ClassPath(path.substring(0, slash + 1));
      String file = path.substring(slash + 1);
      if (!location.exists(file)) {
        throw notOnClassPath(path);
      }
      return new CheckpointFiles(location, location.describe(file), file);
    }
    CheckpointLocation location =
        new CheckpointLocation.ClassPath(path.isEmpty() || path.endsWith("/") ? path : path + "/");
    String onnx = !hasWeights(location) && location.exists("model.onnx") ? "model.onnx" : null;
    if (onnx == null
        && !location.exists(CONFIG)
        && !location.exists(AdapterConfig.FILE)
        && !hasWeights(location)) {
      throw notOnClassPath(path);
    }
    return new CheckpointFiles(location, location.description(), onnx);
  }

  private static CheckpointException notOnClassPath(String path) {
    return new CheckpointException(
        CLASS_PATH
            + path
            + ": not found by the thread's context class loader nor by that of "
            + CheckpointFiles.class.getPackageName()
            + "; expected a .onnx resource or a folder with config.json; add the jar that carries it");
  }

  private static CheckpointFiles chosen(Path folder, Set<String> names) throws IOException {
    return of(new CheckpointLocation.Chosen(new CheckpointLocation.Folder(folder), names));
  }

  private static CheckpointFiles of(CheckpointLocation location) throws IOException {
    return new CheckpointFiles(
        location, location.description(), hasWeights(location) ? null : onnxFile(location));
  }

  private static HubCheckpoint fromHub(
      String reference, Supplier<HubClient> hub, HubCheckpoint.Fetching fetching)
      throws IOException {
    ModelReference model = hubModel(reference);
    try {
      return fetching.fetch(model, hub.get());
    } catch (HubException e) {
      throw unavailable(reference, e);
    }
  }

  private static CheckpointException unavailable(String reference, HubException e) {
    return new CheckpointException(
        "checkpoint \"" + reference + "\": no such folder, and the Hub: " + e.getMessage(), e);
  }

  private static ModelReference hubModel(String reference) throws CheckpointException {
    try {
      return ModelReference.parse(reference);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          "checkpoint \""
              + reference
              + "\": no such folder, and not the name of a Hub model ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  private static @Nullable Path path(String reference) {
    try {
      return Path.of(reference);
    } catch (InvalidPathException e) { // cannot be a folder here, can still be a Hub name
      return null;
    }
  }

  /** Also when a killed save left it under another name. */
  private static boolean exists(Path path) throws IOException {
    if (!Files.exists(path)) {
      AtomicFolder.open(path);
    }
    return Files.exists(path);
  }

  private static boolean hasWeights(CheckpointLocation location) {
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
   * Returns the name under which a file is there, or null. Beside an ONNX file {@code base.onnx}
   * that is {@code base-NAME} before NAME. At the root of the class path, which all jars share, a
   * plain NAME may belong to anybody, so only the tokenizer is taken from there.
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
