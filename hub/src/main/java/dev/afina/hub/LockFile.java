package dev.afina.hub;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.files.MessageText;
import dev.afina.internal.files.SmallFile;
import dev.afina.internal.files.WriteFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Pins a model, so that a program uses exactly the same files next time and on every machine: its
 * repository, its commit and the SHA-256 of each file. Usually stored as {@code afina.lock} beside
 * the program's sources. Immutable and thread safe.
 *
 * <pre>{@code
 * {
 *   "version": 1,
 *   "repository": "owner/name",
 *   "commit": "0123456789abcdef0123456789abcdef01234567",
 *   "files": {
 *     "config.json": "sha256:…",
 *     "model.safetensors": "sha256:…"
 *   }
 * }
 * }</pre>
 *
 * @param repositoryId {@code owner/name}
 * @param commit 40 hexadecimal digits
 * @param files the SHA-256 of each file, 64 hexadecimal digits, by its path in the repository
 */
public record LockFile(String repositoryId, String commit, SortedMap<String, String> files) {
  private static final int VERSION = 1;
  private static final String PREFIX = "sha256:";

  /** Room for 100,000 files; a larger one is no lock file. */
  private static final SmallFile LOCK = SmallFile.text(16 << 20);

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /**
   * Checks the names and hashes.
   *
   * @throws IllegalArgumentException if a name or hash is invalid, or there are no files
   */
  public LockFile {
    ModelReference model = new ModelReference(repositoryId, commit);
    if (model.commit().isEmpty()) {
      throw new IllegalArgumentException(
          "commit \"" + commit + "\": expected 40 hexadecimal digits");
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException("files: expected 1 or more, got none");
    }
    files.forEach(
        (name, hash) -> {
          Optional<String> problem = FileNames.problem(name);
          if (problem.isPresent()) {
            throw new IllegalArgumentException("file \"" + name + "\": " + problem.get());
          }
          if (!SHA256.matcher(hash).matches()) {
            throw new IllegalArgumentException(
                "file \"" + name + "\": \"" + hash + "\", expected 64 hexadecimal digits");
          }
        });
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /**
   * Hashes the files of a snapshot.
   *
   * @param model repository and commit
   * @param folder the folder of the snapshot
   * @param names the files to lock, by their paths in the repository
   * @return the lock
   * @throws IllegalArgumentException if the revision of {@code model} is not a commit
   * @throws IOException if a file cannot be read
   */
  public static LockFile of(ModelReference model, Path folder, Collection<String> names)
      throws IOException {
    SortedMap<String, String> files = new TreeMap<>();
    for (String name : names) {
      files.put(name, sha256(folder.resolve(name)));
    }
    return new LockFile(model.repositoryId(), model.revision(), files);
  }

  /**
   * Reads a lock file.
   *
   * @param file such as {@code afina.lock}
   * @return the lock
   * @throws IOException if there is no such file, or it is not a lock file; the message begins with
   *     its path
   */
  public static LockFile read(Path file) throws IOException {
    try {
      JsonObject json = JsonParser.parseString(LOCK.string(file)).getAsJsonObject();
      JsonElement version = json.get("version");
      if (version == null) {
        throw new IllegalStateException("no version");
      }
      if (!JsonValues.is(version, VERSION)) {
        throw new IOException(
            file
                + ": version "
                + Excerpt.of(version, 40)
                + ", expected "
                + VERSION
                + "; is it a lock file, and of this version of the library?");
      }
      SortedMap<String, String> files = new TreeMap<>();
      for (Map.Entry<String, JsonElement> entry : json.getAsJsonObject("files").entrySet()) {
        String hash = entry.getValue().getAsString();
        files.put(entry.getKey(), hash.startsWith(PREFIX) ? hash.substring(PREFIX.length()) : hash);
      }
      return new LockFile(
          json.get("repository").getAsString(), json.get("commit").getAsString(), files);
    } catch (NoSuchFileException e) {
      throw new IOException(
          file + ": no such lock file; write one first, see Classifier.lock or LockFile.write", e);
    } catch (IllegalArgumentException e) {
      throw new IOException(MessageText.of(file + ": " + e.getMessage()), e);
    } catch (JsonParseException
        | IllegalStateException
        | NullPointerException
        | ClassCastException
        | UnsupportedOperationException e) {
      throw new IOException(
          file
              + ": not a lock file; expected JSON with version, repository, commit and files (sha256:…)",
          e);
    }
  }

  /**
   * Writes the lock file, replacing an existing one atomically.
   *
   * @param file such as {@code afina.lock}
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    JsonObject hashes = new JsonObject();
    files.forEach((name, hash) -> hashes.addProperty(name, PREFIX + hash));
    JsonObject json = new JsonObject();
    json.addProperty("version", VERSION);
    json.addProperty("repository", repositoryId);
    json.addProperty("commit", commit);
    json.add("files", hashes);
    String text = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(json);
    try {
      RepositoryCache.write(file.toAbsolutePath(), text + "\n");
    } catch (IOException e) {
      throw WriteFailure.of(file, "what was there is unchanged", e);
    }
  }

  /**
   * Returns the model at the locked commit.
   *
   * @return repository and commit
   */
  public ModelReference model() {
    return new ModelReference(repositoryId, commit);
  }

  /**
   * Checks that a folder has the locked files. Reads all of them, which takes about a second per
   * 500 MB; other files in the folder are ignored.
   *
   * @param folder the folder of the snapshot, or a copy of it
   * @throws IOException if a file is missing or differs; the message names it, with the expected
   *     and the actual hash
   */
  public void verify(Path folder) throws IOException {
    for (Map.Entry<String, String> entry : files.entrySet()) {
      Path file = folder.resolve(entry.getKey());
      if (!Files.isRegularFile(file)) {
        throw new IOException(
            MessageText.of(file + ": missing, but locked with SHA-256 " + entry.getValue()));
      }
      String actual = sha256(file);
      if (!actual.equals(entry.getValue())) {
        throw new IOException(
            file
                + ": SHA-256 expected "
                + entry.getValue()
                + " by the lock file, got "
                + actual
                + "; the file was changed: delete it to have it downloaded again, or write a new lock file if the change is wanted");
      }
    }
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = ContentHash.digest("SHA-256");
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return ContentHash.hex(digest);
  }
}
