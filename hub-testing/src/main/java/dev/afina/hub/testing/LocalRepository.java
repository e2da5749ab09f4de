package dev.afina.hub.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A repository of a {@link LocalHub}: commits, branches, tags and pull requests, with the ids that
 * git computes. Files that {@code .gitattributes} gives to LFS, or that are large, are kept and
 * served as large files.
 *
 * <p>A revision is a branch, a tag, {@code refs/pr/N} or a commit. Safe for use by threads at once.
 */
public final class LocalRepository {
  /** What the Hub puts into a new repository. */
  static final String GIT_ATTRIBUTES =
      "7z arrow bin bz2 ckpt ftz gz h5 joblib lfs.* mlmodel model msgpack npy npz onnx ot parquet"
          + " pb pickle pkl pt pth rar safetensors tar tflite tgz wasm xz zip zst";

  private final LocalHub hub;
  private final Kind kind;
  private final Map<String, Snapshot> commits = new HashMap<>();
  private final SortedMap<String, String> refs = new TreeMap<>(); // refs/heads/main → commit
  private final Set<String> objects = new HashSet<>(); // SHA-256 of the large files it may use
  private String id;
  private boolean isPrivate;
  private boolean gated;
  private boolean disabled;

  /** What a repository holds. */
  public enum Kind {
    /** A model. */
    MODEL("models", ""),
    /** A data set. */
    DATASET("datasets", "datasets/");

    private final String api;
    private final String prefix;

    Kind(String api, String prefix) {
      this.api = api;
      this.prefix = prefix;
    }

    String api() {
      return api;
    }

    String prefix() {
      return prefix;
    }

    String word() {
      return api.substring(0, api.length() - 1);
    }
  }

  LocalRepository(LocalHub hub, Kind kind, String id) {
    this.hub = hub;
    this.kind = kind;
    this.id = id;
    StringBuilder attributes = new StringBuilder();
    for (String ending : GIT_ATTRIBUTES.split(" ", -1)) {
      attributes.append("*.").append(ending).append(" filter=lfs diff=lfs merge=lfs -text\n");
    }
    byte[] content = attributes.toString().getBytes(StandardCharsets.UTF_8);
    SortedMap<String, StoredFile> files = new TreeMap<>();
    files.put(".gitattributes", new StoredFile.Regular(content));
    add(
        "refs/heads/main",
        Snapshot.of(null, files, "initial commit", hub.user(), hub.clock().instant()));
  }

  /**
   * Returns the name of the repository.
   *
   * @return {@code owner/name} or {@code name}
   */
  public synchronized String id() {
    return id;
  }

  /**
   * Returns what the repository holds.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * Commits one file to {@code main}.
   *
   * @param path the path in the repository
   * @param content its bytes
   * @return this repository
   */
  public LocalRepository put(String path, byte[] content) {
    commit("main", "Add " + path, Map.of(path, content));
    return this;
  }

  /**
   * Commits one text file to {@code main}.
   *
   * @param path the path in the repository
   * @param content its text, kept in UTF-8
   * @return this repository
   */
  public LocalRepository put(String path, String content) {
    return put(path, content.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Adds or replaces files in one commit.
   *
   * @param branch a branch or {@code refs/pr/N}
   * @param message the title of the commit
   * @param files the contents by path
   * @return the id of the commit
   * @throws IllegalArgumentException when there is no such branch
   */
  public synchronized String commit(String branch, String message, Map<String, byte[]> files) {
    String ref = writable(branch).orElseThrow(() -> unknown(branch));
    Snapshot head = head(ref);
    SortedMap<String, StoredFile> all = new TreeMap<>(head.files());
    files.forEach((path, content) -> all.put(path, stored(path, content, head)));
    return commit(ref, all, message).id();
  }

  /**
   * Removes a file from {@code main}.
   *
   * @param path the path in the repository
   * @return this repository
   */
  public synchronized LocalRepository delete(String path) {
    SortedMap<String, StoredFile> all = new TreeMap<>(head("refs/heads/main").files());
    if (all.remove(path) == null) {
      throw new IllegalArgumentException(id + ": no file \"" + path + "\" on main");
    }
    commit("refs/heads/main", all, "Delete " + path);
    return this;
  }

  /**
   * Creates a branch.
   *
   * @param name the new branch
   * @param revision the revision at which it starts
   * @return this repository
   */
  public synchronized LocalRepository branch(String name, String revision) {
    refs.put("refs/heads/" + name, known(revision).id());
    return this;
  }

  /**
   * Creates a tag.
   *
   * @param name the new tag
   * @param revision the revision to tag
   * @return this repository
   */
  public synchronized LocalRepository tag(String name, String revision) {
    refs.put("refs/tags/" + name, known(revision).id());
    return this;
  }

  /**
   * Returns the content of a file.
   *
   * @param revision the revision
   * @param path the path in the repository
   * @return its bytes
   * @throws IllegalArgumentException when there is no such revision or file
   */
  public byte[] file(String revision, String path) {
    StoredFile file = known(revision).files().get(path);
    if (file == null) {
      throw new IllegalArgumentException(id() + "@" + revision + ": no file \"" + path + "\"");
    }
    if (file instanceof StoredFile.Regular regular) {
      return regular.content().clone();
    }
    try {
      return hub.storage().read(file.etag());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns whether a file is stored as a large file (LFS).
   *
   * @param revision the revision
   * @param path the path in the repository
   * @return false also when there is no such file
   */
  public boolean isLarge(String revision, String path) {
    return known(revision).files().get(path) instanceof StoredFile.Large;
  }

  /**
   * Returns the files of a revision.
   *
   * @param revision the revision
   * @return all paths, sorted
   * @throws IllegalArgumentException when there is no such revision
   */
  public SortedSet<String> files(String revision) {
    return new TreeSet<>(known(revision).files().keySet());
  }

  /**
   * Returns the commit that a revision points to.
   *
   * @param revision the revision
   * @return 40 hexadecimal digits
   * @throws IllegalArgumentException when there is no such revision
   */
  public String commitId(String revision) {
    return known(revision).id();
  }

  /**
   * Returns the titles of the commits of a revision.
   *
   * @param revision the revision
   * @return the titles, newest first
   */
  public List<String> history(String revision) {
    return log(known(revision)).stream().map(Snapshot::title).toList();
  }

  /**
   * Returns all branches, tags and pull requests.
   *
   * @return the commits by full name, such as {@code refs/heads/main}
   */
  public synchronized SortedMap<String, String> refs() {
    return Collections.unmodifiableSortedMap(new TreeMap<>(refs));
  }

  /**
   * Hides the repository from requests without a token.
   *
   * @return this repository
   */
  public LocalRepository makePrivate() {
    setPrivate(true);
    return this;
  }

  /**
   * Gates the repository: its files cannot be read, because there is no way to accept the
   * conditions.
   *
   * @return this repository
   */
  public synchronized LocalRepository gate() {
    gated = true;
    return this;
  }

  /**
   * Disables the repository, as the Hub does if a repository violates its rules.
   *
   * @return this repository
   */
  public synchronized LocalRepository disable() {
    disabled = true;
    return this;
  }

  /**
   * Renames the repository. Requests for the old name are redirected.
   *
   * @param newId {@code owner/name} or {@code name}
   * @return this repository
   */
  public LocalRepository renameTo(String newId) {
    hub.rename(this, newId);
    return this;
  }

  synchronized void setId(String newId) {
    id = newId;
  }

  synchronized void setPrivate(boolean value) {
    isPrivate = value;
  }

  synchronized boolean isPrivate() {
    return isPrivate;
  }

  synchronized boolean isGated() {
    return gated;
  }

  synchronized boolean isDisabled() {
    return disabled;
  }

  synchronized Optional<Snapshot> find(String revision) {
    String commit =
        refs.getOrDefault(
            "refs/heads/" + revision,
            refs.getOrDefault("refs/tags/" + revision, refs.getOrDefault(revision, revision)));
    return Optional.ofNullable(commits.get(commit));
  }

  /** The full name of what can be committed to. */
  synchronized Optional<String> writable(String revision) {
    for (String name : new String[] {"refs/heads/" + revision, revision}) {
      if (refs.containsKey(name) && !name.startsWith("refs/tags/")) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }

  synchronized Snapshot head(String ref) {
    Snapshot head = commits.get(refs.getOrDefault(ref, ""));
    if (head == null) {
      throw unknown(ref);
    }
    return head;
  }

  synchronized Snapshot commit(String ref, SortedMap<String, StoredFile> files, String message) {
    @Nullable String parent = refs.get(ref);
    Snapshot commit = Snapshot.of(parent, files, message, hub.user(), hub.clock().instant());
    add(ref, commit);
    return commit;
  }

  synchronized String openPullRequest(String base) {
    long number = refs.keySet().stream().filter(ref -> ref.startsWith("refs/pr/")).count() + 1;
    String ref = "refs/pr/" + number;
    refs.put(ref, head(base).id());
    return ref;
  }

  synchronized boolean setRef(String ref, String commit) {
    return refs.putIfAbsent(ref, commit) == null;
  }

  synchronized boolean removeRef(String ref) {
    return refs.remove(ref) != null;
  }

  synchronized List<Snapshot> log(Snapshot newest) {
    List<Snapshot> log = new ArrayList<>();
    for (Snapshot c = newest; c != null; c = c.parent() == null ? null : commits.get(c.parent())) {
      log.add(c);
    }
    return log;
  }

  synchronized void addObject(String sha256) {
    objects.add(sha256);
  }

  synchronized boolean hasObject(String sha256) {
    return objects.contains(sha256);
  }

  /** Whether a file goes to the storage: by name, by size, or because it is not text. */
  boolean isLarge(String path, long size, byte[] sample, Snapshot at) {
    if (size == 0) {
      return false;
    }
    if (size > hub.options().regularBytes()) {
      return true;
    }
    for (byte b : sample) {
      if (b == 0) {
        return true;
      }
    }
    return at.files().get(".gitattributes") instanceof StoredFile.Regular attributes
        && new String(attributes.content(), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.contains("filter=lfs"))
            .anyMatch(line -> Globs.matchesPath(line.split("\\s+", 2)[0], path));
  }

  private StoredFile stored(String path, byte[] content, Snapshot head) {
    byte[] sample = Arrays.copyOf(content, Math.min(content.length, 512));
    if (!isLarge(path, content.length, sample, head)) {
      return new StoredFile.Regular(content);
    }
    try {
      String sha256 = hub.storage().add(content);
      objects.add(sha256);
      return new StoredFile.Large(sha256, content.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(String ref, Snapshot commit) {
    commits.put(commit.id(), commit);
    refs.put(ref, commit.id());
  }

  private Snapshot known(String revision) {
    return find(revision).orElseThrow(() -> unknown(revision));
  }

  private IllegalArgumentException unknown(String revision) {
    return new IllegalArgumentException(id + ": no revision \"" + revision + "\"");
  }
}
