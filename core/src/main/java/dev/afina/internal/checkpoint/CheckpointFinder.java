package dev.afina.internal.checkpoint;

import com.google.gson.JsonObject;
import dev.afina.CheckpointException;
import dev.afina.hub.HubClient;
import dev.afina.hub.HubException;
import dev.afina.hub.LockFile;
import dev.afina.hub.ModelReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the checkpoint that a reference means: a folder, resources of the class path, or a model of
 * the Hub, which it downloads. Finds the base of an adapter as well. The methods are documented at
 * {@link CheckpointFiles}.
 */
final class CheckpointFinder {
  private static final String CLASS_PATH = "classpath:";

  private CheckpointFinder() {}

  /** Opens a checkpoint, and the base of an adapter. */
  static CheckpointFiles open(String reference, Supplier<HubClient> hub) throws IOException {
    return adapted(plain(reference, hub, HubCheckpoint::fetch), hub);
  }

  /** Opens a folder, and the base of an adapter. */
  static CheckpointFiles folder(Path path) throws IOException {
    return adapted(plainFolder(path), HubClient::fromEnvironment);
  }

  /** Adds the base, if these are the files of an adapter. */
  private static CheckpointFiles adapted(CheckpointFiles files, Supplier<HubClient> hub)
      throws IOException {
    Optional<AdapterFolder> found = files.adapterFolder();
    if (found.isEmpty()) {
      return files;
    }
    AdapterFolder adapter = found.get().withBaseFound();
    CheckpointFiles base;
    try {
      base = plain(adapter.config().baseReference(), hub, HubCheckpoint::fetch);
    } catch (CheckpointException e) {
      throw new CheckpointException(
          files.description() + ": an adapter, of whose base: " + e.getMessage(), e);
    }
    Optional<AdapterFolder> second = base.adapterFolder();
    if (second.isPresent()) {
      throw adapter.refusal("that is itself an adapter; merge that one into its base first");
    }
    return new CheckpointFiles(adapter, base);
  }

  /** Opens a checkpoint for its tokenizer only. */
  static CheckpointFiles tokenizer(String reference, Supplier<HubClient> hub) throws IOException {
    CheckpointFiles files = plain(reference, hub, HubCheckpoint::fetchTokenizer);
    Optional<AdapterFolder> adapter = files.adapterFolder();
    return adapter.isEmpty() || adapter.get().hasTokenizer()
        ? files
        : plain(
            adapter.get().withBaseFound().config().baseReference(),
            hub,
            HubCheckpoint::fetchTokenizer);
  }

  /** Opens a checkpoint, of the Hub only the small files if they say enough. */
  static CheckpointFiles openSmall(String reference, Supplier<HubClient> hub) throws IOException {
    CheckpointFiles files = plain(reference, hub, HubCheckpoint::fetchTokenizer);
    if (files.adapterFolder().isEmpty() && files.read(CheckpointFiles.CONFIG).isPresent()) {
      return files;
    }
    files.close();
    return open(reference, hub);
  }

  /** Opens a checkpoint and verifies it against a lock file. */
  static CheckpointFiles locked(String reference, Path lockFile, Supplier<HubClient> hub)
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
      return refusingAdapters(chosen(path, lock.files().keySet()));
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
    return refusingAdapters(chosen(checkpoint.folder(), checkpoint.names()));
  }

  /** Writes a lock file. */
  static void lock(String reference, Path lockFile, Supplier<HubClient> hub) throws IOException {
    Path path = path(reference);
    if (path != null && Files.exists(path)) {
      throw new CheckpointException(
          path + ": a folder on this machine, and a lock file is for a model of the Hub");
    }
    HubCheckpoint checkpoint = fromHub(reference, hub, HubCheckpoint::fetch);
    CheckpointFiles unused = refusingAdapters(chosen(checkpoint.folder(), checkpoint.names()));
    LockFile.of(checkpoint.commit(), checkpoint.folder(), checkpoint.names()).write(lockFile);
  }

  /** Reads or downloads config.json alone. */
  static Optional<JsonObject> configFirst(String reference, Supplier<HubClient> hub)
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
      Path config = hub.get().download(hubModel(reference), CheckpointFiles.CONFIG);
      return Optional.of(
          JsonFile.parseObject(CheckpointLocation.SMALL_FILE.bytes(config), config.toString()));
    } catch (HubException e) {
      if (e.reason() == HubException.Reason.ENTRY_NOT_FOUND) {
        return Optional.empty();
      }
      throw unavailable(reference, e);
    }
  }

  /** The base of an adapter in a folder, if it is a folder, too. */
  static Optional<Path> baseFolderFirst(String reference) {
    Path path = path(reference);
    if (reference.isBlank() || path == null || !Files.isDirectory(path)) {
      return Optional.empty();
    }
    try (CheckpointFiles files = CheckpointFiles.of(new CheckpointLocation.Folder(path))) {
      Optional<AdapterFolder> adapter = files.adapterFolder();
      if (adapter.isEmpty()) {
        return Optional.empty();
      }
      Path base = path(adapter.get().withBaseFound().config().baseReference());
      return base != null && Files.isDirectory(base) ? Optional.of(base) : Optional.empty();
    } catch (IOException e) { // what cannot be read there is told when it is opened
      return Optional.empty();
    }
  }

  private static CheckpointFiles refusingAdapters(CheckpointFiles files) throws IOException {
    Optional<AdapterFolder> found = files.adapterFolder();
    if (found.isPresent()) {
      throw found
          .get()
          .refusal("a lock file is for a whole model, because it names one repository");
    }
    return files;
  }

  private static CheckpointFiles plain(
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

  private static CheckpointFiles plainFolder(Path path) throws IOException {
    AtomicFolder.open(path);
    if (!Files.isDirectory(path)) {
      throw new CheckpointException(
          path
              + (Files.exists(path)
                  ? ": a file, expected the folder of a checkpoint"
                  : ": no such folder"));
    }
    return CheckpointFiles.of(new CheckpointLocation.Folder(path));
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
    String onnx =
        !CheckpointFiles.hasWeights(location) && location.exists("model.onnx")
            ? "model.onnx"
            : null;
    if (onnx == null
        && !location.exists(CheckpointFiles.CONFIG)
        && !location.exists(AdapterConfig.FILE)
        && !CheckpointFiles.hasWeights(location)) {
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
            + "; expected a .onnx resource or a folder with config.json; add the jar that carries"
            + " it");
  }

  private static CheckpointFiles chosen(Path folder, Set<String> names) throws IOException {
    return CheckpointFiles.of(
        new CheckpointLocation.Chosen(new CheckpointLocation.Folder(folder), names));
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
              + (path(reference) == null
                  ? "\": " + unwritable() + ", and not the name of a Hub model ("
                  : "\": no such folder, and not the name of a Hub model (")
              + e.getMessage()
              + ")",
          e);
    }
  }

  /** Why a name can be no folder's: on Linux, because Java takes the locale's letters alone. */
  private static String unwritable() {
    return "no name that a folder can have here (in "
        + System.getProperty("sun.jnu.encoding")
        + "; for other letters set LC_ALL to a locale of UTF-8)";
  }

  private static @Nullable Path path(String reference) {
    try {
      return Path.of(reference);
    } catch (InvalidPathException e) { // cannot be a folder here, can still be a Hub name
      return null;
    }
  }

  /** Whether it exists, after recovering what a killed save may have left under another name. */
  private static boolean exists(Path path) throws IOException {
    if (!Files.exists(path)) {
      AtomicFolder.open(path);
    }
    return Files.exists(path);
  }
}
