package dev.afina.hub;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.files.SmallFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one repository in the cache, in the layout that the Hub documents for all clients:
 *
 * <pre>
 * models--owner--name/
 *   blobs/HASH                  contents, by their ETag
 *   refs/main                   the commit that a branch or tag is at
 *   snapshots/COMMIT/path       links into blobs, or whole files if links are not supported
 *   .no_exist/COMMIT/path       empty: the commit has no such file
 *   trees/COMMIT.json           the files of the commit
 * .locks/models--owner--name/HASH.lock
 * </pre>
 *
 * <p>Files appear complete, by renaming or as a link, so readers need no lock.
 */
final class RepositoryCache {
  private static final Logger LOG = LoggerFactory.getLogger(RepositoryCache.class);
  private static final int LISTING_FORMAT = 1;

  /** What to do where the cache cannot be written. */
  static final String ELSEWHERE = "set HF_HUB_CACHE to another folder";

  private static final SmallFile REFERENCE = SmallFile.text(1000);
  private static final SmallFile LISTING = SmallFile.text(64 << 20);

  /** Backup programs skip a folder with this file, see bford.info/cachedir. */
  private static final String CACHE_TAG =
      """
      Signature: 8a477f597d28d172789f06886806bc55
      # This file is a cache directory tag: the models here can be downloaded again.
      # For information about cache directory tags, see https://bford.info/cachedir/
      """;

  private final Path cache;
  private final RepositoryKind kind;
  private final Path folder;
  private final String folderName;
  private final boolean links;

  /**
   * @param links whether snapshots consist of symbolic links if the file system supports them
   */
  RepositoryCache(Path cache, RepositoryKind kind, String repositoryId, boolean links) {
    this.cache = cache;
    this.kind = kind;
    this.folderName = kind.folderName(repositoryId);
    this.folder = cache.resolve(folderName);
    this.links = links;
  }

  /** What the repository holds. */
  RepositoryKind kind() {
    return kind;
  }

  Path snapshotFolder(String commit) {
    return folder.resolve("snapshots").resolve(commit);
  }

  /**
   * A file of a commit, if it exists; links are followed.
   *
   * @throws IOException if it is a link out of the cache
   */
  Optional<Path> file(String commit, String name) throws IOException {
    Path file = snapshotFolder(commit).resolve(name);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    requireInside(file);
    return Optional.of(file);
  }

  /**
   * Checks that a file does not lead out of the cache. The cache, a repository or its blobs may be
   * moved to another disk and replaced by a link to a folder. But no Hub client creates a link from
   * a single file to somewhere else, and a model must not be a way to read other files of this
   * machine.
   */
  private void requireInside(Path file) throws IOException {
    Path real = file.toRealPath();
    for (Path root : List.of(cache, folder, blobs(), folder.resolve("snapshots"))) {
      if (Files.isDirectory(root) && real.startsWith(root.toRealPath())) {
        return;
      }
    }
    throw new IOException(
        file + ": leads out of the cache, to " + real + "; delete it to have it downloaded again");
  }

  /** Like {@link #file(String, String)}, but ignores a file of another size. */
  Optional<Path> file(String commit, String name, long size) throws IOException {
    Optional<Path> file = file(commit, name);
    return file.isPresent() && Files.size(file.get()) == size ? file : Optional.empty();
  }

  /** The names of the existing files of a commit, sorted. */
  List<String> fileNames(String commit) throws IOException {
    Path snapshot = snapshotFolder(commit);
    if (!Files.isDirectory(snapshot)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(snapshot)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> snapshot.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  Path blobs() {
    return folder.resolve("blobs");
  }

  Path blob(ContentHash hash) {
    return blobs().resolve(hash.value());
  }

  /** Whether a blob exists and has this size. */
  boolean hasBlob(ContentHash hash, long size) throws IOException {
    Path blob = blob(hash);
    if (!Files.isRegularFile(blob)) {
      return false;
    }
    requireInside(blob);
    return Files.size(blob) == size;
  }

  CacheLock lock(ContentHash hash) throws IOException {
    return CacheLock.acquire(
        cache.resolve(".locks").resolve(folderName).resolve(hash.value() + ".lock"));
  }

  /** Removes files that killed processes left at least an hour ago. */
  void removeLeftovers() {
    CacheLeftovers.removeFrom(
        blobs(),
        (hash, removal) -> {
          Path file = cache.resolve(".locks").resolve(folderName).resolve(hash + ".lock");
          Optional<CacheLock> lock = CacheLock.tryAcquire(file);
          if (lock.isPresent()) {
            try (CacheLock held = lock.get()) {
              removal.run();
            }
          }
          return lock.isPresent();
        });
  }

  /** Creates the folder for blobs, and marks the cache as such. */
  void create() throws IOException {
    Files.createDirectories(blobs());
    Path tag = cache.resolve("CACHEDIR.TAG");
    if (!Files.exists(tag)) {
      try {
        Files.writeString(tag, CACHE_TAG);
      } catch (IOException e) {
        LOG.debug("{}: not written: {}", tag, e.toString());
      }
    }
  }

  /**
   * Adds a blob to a snapshot under a file name. The caller holds the lock of the blob.
   *
   * @param fresh whether no other snapshot can be using the blob yet
   * @throws HubException if the name would lead out of the snapshot through a link
   */
  Path link(ContentHash hash, String commit, String name, boolean fresh) throws IOException {
    Path snapshot = Files.createDirectories(snapshotFolder(commit));
    Path file = snapshot.resolve(name);
    Path parent = Files.createDirectories(Objects.requireNonNull(file.getParent()));
    if (!parent.toRealPath().startsWith(snapshot.toRealPath())) {
      throw new HubException(
          HubException.Reason.PROTOCOL,
          "file \"" + name + "\": a link on its way leads out of " + snapshot + "; refused");
    }
    Path blob = blob(hash);
    if (links && symbolicLink(file, parent.relativize(blob), blob)) {
      return file;
    }
    if (fresh) { // no links, so the snapshot gets the content itself, once
      move(blob, file);
    } else {
      Path copy = blobs().resolve(hash.value() + "." + unique() + ".tmp");
      try {
        Files.copy(blob, copy);
        flush(copy);
        move(copy, file);
      } finally {
        Files.deleteIfExists(copy);
      }
    }
    return file;
  }

  /** Returns false if the file system does not support links. */
  private static boolean symbolicLink(Path file, Path target, Path blob) throws IOException {
    for (int tries = 0; ; tries++) {
      try {
        Files.createSymbolicLink(file, target);
        return true;
      } catch (FileAlreadyExistsException e) {
        if (Files.exists(file) && Files.isSameFile(file, blob)) {
          return true; // another process was faster
        }
        if (tries == 3) {
          throw e;
        }
        Files.deleteIfExists(file); // dangling, or an older content of a broken download
      } catch (UnsupportedOperationException | IOException e) {
        LOG.debug("{}: no symbolic link ({}); storing a file", file, e.toString());
        return false;
      }
    }
  }

  /** The commit that a revision pointed to when it was last resolved. */
  Optional<String> storedCommit(ModelReference model) throws IOException {
    Optional<String> commit = model.commit();
    return commit.isPresent() ? commit : commitIn(folder.resolve("refs").resolve(model.revision()));
  }

  private static Optional<String> commitIn(Path file) throws IOException {
    if (Files.isDirectory(file)) { // refs/pr is a folder when refs/pr/1 is a revision
      return Optional.empty();
    }
    String commit;
    try {
      commit = REFERENCE.string(file).strip();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (!ModelReference.isCommit(commit)) {
      throw new IOException(
          file
              + ": holds "
              + Excerpt.quoted(commit)
              + ", expected a commit of 40 hexadecimal digits; delete the file and download the model again");
    }
    return Optional.of(commit);
  }

  /**
   * Records the commit of a revision. Failures are only logged: a read-only cache is still useful.
   */
  void storeCommit(ModelReference model, String commit) {
    if (model.commit().isPresent()) {
      return;
    }
    Path file = folder.resolve("refs").resolve(model.revision());
    try {
      if (!Files.isRegularFile(file)
          || Files.size(file) != commit.length()
          || !Files.readString(file, StandardCharsets.ISO_8859_1).equals(commit)) {
        write(file, commit);
      }
    } catch (IOException e) {
      LOG.warn("{}: not written ({}); without it {} is not found offline", file, e, model);
    }
  }

  /** Records that a commit has no such file, like Python's client. */
  void storeAbsence(String commit, String name) {
    Path file = folder.resolve(".no_exist").resolve(commit).resolve(name);
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(file.getParent());
        Files.createFile(file);
      }
    } catch (FileAlreadyExistsException e) {
      LOG.debug("{}: noted by another process", file);
    } catch (IOException e) {
      LOG.debug("{}: not written: {}", file, e.toString());
    }
  }

  boolean isKnownAbsent(String commit, String name) {
    return Files.isRegularFile(folder.resolve(".no_exist").resolve(commit).resolve(name));
  }

  /** The stored listing of a commit, which never changes; empty if there is no usable one. */
  Optional<List<HubFile>> storedListing(String commit) {
    Path file = listing(commit);
    try {
      JsonObject json = JsonParser.parseString(LISTING.string(file)).getAsJsonObject();
      if (!JsonValues.is(json.get("format_version"), LISTING_FORMAT)) {
        return Optional.empty();
      }
      List<HubFile> files = new ArrayList<>();
      for (Map.Entry<String, JsonElement> entry : json.getAsJsonObject("files").entrySet()) {
        JsonObject value = entry.getValue().getAsJsonObject();
        String sha256 = string(value, "lfs_sha256");
        files.add(
            new HubFile(
                entry.getKey(),
                JsonValues.size(value.get(sha256 == null ? "size" : "lfs_size")),
                value.get("blob_id").getAsString(),
                sha256,
                string(value, "xet_hash")));
      }
      return Optional.of(files);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException
        | JsonParseException
        | IllegalStateException
        | NullPointerException
        | ClassCastException
        | IllegalArgumentException
        | UnsupportedOperationException e) {
      LOG.debug("{}: not a listing of files, asking the Hub instead: {}", file, e.toString());
      return Optional.empty();
    }
  }

  /** Stores the listing of a commit, for this client and Python's. */
  void storeListing(String commit, List<HubFile> files) {
    JsonObject entries = new JsonObject();
    Map<String, HubFile> sorted = new TreeMap<>();
    files.forEach(file -> sorted.put(file.path(), file));
    sorted.forEach(
        (path, file) -> {
          JsonObject entry = new JsonObject();
          entry.addProperty("size", file.size());
          entry.addProperty("blob_id", file.blobId());
          if (file.sha256() != null) {
            entry.addProperty("lfs_sha256", file.sha256());
            entry.addProperty("lfs_size", file.size());
          }
          if (file.xetHash() != null) {
            entry.addProperty("xet_hash", file.xetHash());
          }
          entries.add(path, entry);
        });
    JsonObject json = new JsonObject();
    json.addProperty("format_version", LISTING_FORMAT);
    json.add("files", entries);
    try {
      write(
          listing(commit),
          new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(json));
    } catch (IOException e) {
      LOG.debug("{}: not written: {}", listing(commit), e.toString());
    }
  }

  /** Removes the stored listing of a commit that has proved wrong. */
  void forgetListing(String commit) throws IOException {
    Files.deleteIfExists(listing(commit));
  }

  private Path listing(String commit) {
    return folder.resolve("trees").resolve(commit + ".json");
  }

  private static @Nullable String string(JsonObject json, String name) {
    JsonElement value = json.get(name);
    return value == null || value.isJsonNull() ? null : value.getAsString();
  }

  /** Random digits for the name of a temporary file. */
  static String unique() {
    return UUID.randomUUID().toString().substring(0, 8);
  }

  /** Writes a small file, completely or not at all, whatever happens to the machine. */
  static void write(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    CacheLeftovers.removeOf(file);
    Path temporary = file.resolveSibling(file.getFileName() + "." + unique() + ".tmp");
    try {
      Files.writeString(temporary, content);
      flush(temporary);
      move(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Writes a file to disk, before it gets its name: else a power cut may leave it empty. */
  private static void flush(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Renames a file in one step, replacing an existing one. */
  static void move(Path source, Path target) throws IOException {
    try {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) { // blobs and snapshots on different disks
      throw new IOException(
          target
              + ": cannot be renamed from "
              + source
              + " in one step; keep the cache on one disk",
          e);
    }
  }
}
