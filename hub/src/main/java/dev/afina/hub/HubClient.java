package dev.afina.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.hub.HubException.Reason;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of the Hugging Face Hub that downloads models into the cache shared with Python's {@code
 * huggingface_hub}: either side finds what the other has downloaded.
 *
 * <pre>{@code
 * HubClient hub = HubClient.fromEnvironment();
 * Path folder = hub.snapshot(ModelReference.parse("owner/name"), List.of("*.json", "*.safetensors"), List.of());
 * }</pre>
 *
 * <p>Each file is verified against the size and hash that the Hub announced before it appears in
 * the cache. Interrupted downloads are resumed, even after the process was killed. Any number of
 * threads and processes, Java or Python, may use one cache at the same time. If the Hub cannot be
 * reached, earlier downloads are used and a warning is logged.
 *
 * <p>Immutable and thread safe: create one client and share it. It need not be closed. The token is
 * sent only to the endpoint, and never appears in a message, a log line or a file.
 */
public final class HubClient {
  static final String DEFAULT_ENDPOINT = "https://huggingface.co";
  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(HubClient.class);

  private final HubHttp http;
  private final RetryPolicy retry;
  private final Path cache;
  private final boolean links;
  private final DownloadListener listener;
  private final RepositoryKind kind;

  private HubClient(Builder builder) {
    this.http =
        new HubHttp(
            new HubHttp.Settings(
                builder.endpoint,
                builder.token,
                builder.connectTimeout,
                builder.readTimeout,
                builder.retry,
                builder.proxies,
                builder.offline));
    this.retry = builder.retry;
    this.cache = builder.cache == null ? LocalCache.of(System.getenv()).folder() : builder.cache;
    this.links = builder.links;
    this.listener = builder.listener;
    this.kind = RepositoryKind.MODEL;
  }

  private HubClient(HubClient client, RepositoryKind kind) {
    this.http = client.http;
    this.retry = client.retry;
    this.cache = client.cache;
    this.links = client.links;
    this.listener = client.listener;
    this.kind = kind;
  }

  /**
   * Returns a client that follows the same environment variables as Python's.
   *
   * <ul>
   *   <li>{@code HF_ENDPOINT}: the Hub, default https://huggingface.co
   *   <li>{@code HF_HUB_CACHE}, {@code HF_HOME}: the cache, see {@link LocalCache#of}
   *   <li>{@code HF_TOKEN}, else the file {@code HF_TOKEN_PATH}, else {@code token} in {@code
   *       HF_HOME}: the token; {@code HF_HUB_DISABLE_IMPLICIT_TOKEN=1} for none
   *   <li>{@code HF_HUB_OFFLINE=1} or {@code TRANSFORMERS_OFFLINE=1}: nothing but the cache
   *   <li>{@code HF_HUB_ETAG_TIMEOUT}, {@code HF_HUB_DOWNLOAD_TIMEOUT}: seconds, default 10
   *   <li>{@code HF_HUB_DISABLE_SYMLINKS=1}: files instead of links in snapshots
   *   <li>{@code HTTPS_PROXY}, else {@code ALL_PROXY}: an HTTP proxy without a password, except for
   *       the hosts in {@code NO_PROXY}; default that of the JVM ({@code -Dhttps.proxyHost})
   * </ul>
   *
   * @return the client
   * @throws IllegalArgumentException if a variable has an invalid value
   */
  public static HubClient fromEnvironment() {
    return fromEnvironment(System.getenv()).build();
  }

  /**
   * Returns a builder with the settings of these environment variables; see {@link
   * #fromEnvironment()}.
   *
   * @param variables the variables, by name
   * @return the builder
   * @throws IllegalArgumentException if a variable has an invalid value
   */
  public static Builder fromEnvironment(Map<String, String> variables) {
    HubEnvironment environment = new HubEnvironment(variables);
    Builder builder =
        new Builder()
            .endpoint(environment.endpoint())
            .cache(environment.cache())
            .connectTimeout(environment.connectTimeout())
            .readTimeout(environment.readTimeout());
    environment.token().ifPresent(builder::token);
    builder.offline = environment.offline();
    builder.links = environment.links();
    builder.proxies = environment.offline() ? null : EnvironmentProxies.of(variables);
    return builder;
  }

  /**
   * Returns a builder with default settings, which ignores the environment variables except for the
   * location of the cache.
   *
   * @return the builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the cache.
   *
   * @return its folder, which need not exist
   */
  public Path cache() {
    return cache;
  }

  /**
   * Returns a client with the same settings for data sets instead of models. Each {@link
   * ModelReference} passed to it names a data set. It can only read.
   *
   * @return the client for data sets
   */
  public HubClient datasets() {
    return new HubClient(this, RepositoryKind.DATASET);
  }

  /**
   * Returns the commit that a revision points to. Takes one request, or none if the revision is
   * itself a commit.
   *
   * @param model the model and its revision
   * @return 40 hexadecimal digits; if the Hub cannot be reached, the commit of the last download
   * @throws HubException if there is no such repository or revision, or the Hub cannot be reached
   *     and the revision is not in the cache
   * @throws IOException if the cache cannot be read
   */
  public String commit(ModelReference model) throws IOException {
    return http.guarded(() -> currentCommit(model));
  }

  private String currentCommit(ModelReference model) throws IOException {
    RepositoryCache repository = repository(model);
    Optional<String> stored = storedCommit(repository, model);
    if (model.commit().isPresent() || (http.isOffline() && stored.isPresent())) {
      return stored.orElseThrow();
    }
    HubCall call =
        HubCall.get(
            http.resolve(
                kind.api()
                    + model.repositoryId()
                    + "/revision/"
                    + HubHttp.encoded(model.revision())));
    String commit;
    try {
      // With something to fall back to, a Hub that is away is not asked again and again.
      commit = commitIn(http.sendForJson(stored.isPresent() ? call.once() : call), call);
    } catch (HubException e) {
      if (stored.isEmpty() || !mayFallBack(e)) {
        throw explained(e, model);
      }
      LOG.warn(
          "{}: {}; using commit {} from the cache",
          model,
          http.shown(e.getMessage()),
          stored.get());
      return stored.get();
    }
    return commit;
  }

  /**
   * Lists the files of a revision. The listing of each commit is cached.
   *
   * @param model the model and its revision
   * @return all files, sorted by path
   * @throws HubException as {@link #commit}
   * @throws IOException if the cache cannot be read
   */
  public List<HubFile> files(ModelReference model) throws IOException {
    return http.guarded(
        () ->
            files(
                new ModelReference(model.repositoryId(), currentCommit(model)),
                repository(model),
                false));
  }

  /**
   * Returns one file, downloading it unless it is in the cache.
   *
   * <p>A cached file of a commit takes no request. For a branch or tag, one HEAD request checks
   * whether the file has changed. If the Hub cannot be reached or refuses, the file of the last
   * download is returned and a warning is logged.
   *
   * @param model the model and its revision
   * @param file the file's path in the repository, with {@code /}
   * @return the file in the cache, which must not be changed
   * @throws IllegalArgumentException if {@code file} is not a relative path without {@code ..}
   * @throws HubException if there is no such file, or the Hub cannot be reached and the file is not
   *     in the cache
   * @throws IOException if the cache cannot be read or written
   */
  public Path download(ModelReference model, String file) throws IOException {
    FileNames.problem(file)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(
                  "file \"" + file + "\": " + problem + "; expected a path in the repository");
            });
    return http.guarded(() -> downloaded(model, file));
  }

  private Path downloaded(ModelReference model, String file) throws IOException {
    RepositoryCache repository = repository(model);
    Optional<String> stored = storedCommit(repository, model);
    Optional<Path> cached = Optional.empty();
    if (stored.isPresent()) {
      cached = repository.file(stored.get(), file);
    }
    if (cached.isPresent() && (model.commit().isPresent() || http.isOffline())) {
      return cached.get();
    }
    if (model.commit().isPresent() && repository.isKnownAbsent(model.revision(), file)) {
      throw new HubException(
          Reason.ENTRY_NOT_FOUND,
          model + ": has no file \"" + file + "\", as an earlier request has shown");
    }
    Head head;
    try {
      head = head(model, file, cached.isPresent());
    } catch (HubException e) {
      if (e.reason() == Reason.ENTRY_NOT_FOUND) {
        Optional<String> commit = e.commit().or(model::commit);
        commit.ifPresent(c -> repository.storeAbsence(c, file));
        if (commit.isPresent() && stored.isEmpty()) { // else it would leave a good snapshot behind
          repository.storeCommit(model, commit.get());
        }
      }
      if (cached.isEmpty() || !mayFallBack(e)) {
        throw explained(e, model);
      }
      LOG.warn("{}: {}; using {} from the cache", model, http.shown(e.getMessage()), cached.get());
      return cached.get();
    }
    Path fetched = downloads(model.repositoryId(), head.commit(), repository).fetch(head.file());
    repository.storeCommit(model, head.commit());
    return fetched;
  }

  /**
   * Returns a folder with the files of a revision that match patterns, downloading those that are
   * not in the cache.
   *
   * @param model the model and its revision
   * @param allow patterns such as {@code *.json}, one of which a file must match; empty for all
   *     files
   * @param ignore patterns that a file must not match
   * @return as {@link #snapshot(ModelReference, FileChoice)}
   * @throws IOException as {@link #snapshot(ModelReference, FileChoice)}
   * @see FileChoice#matching
   */
  public Path snapshot(ModelReference model, List<String> allow, List<String> ignore)
      throws IOException {
    return snapshot(model, FileChoice.matching(allow, ignore));
  }

  /**
   * Returns a folder with chosen files of a revision, downloading those that are not in the cache,
   * up to eight at a time.
   *
   * <p>If all files are in the cache this takes no request for a commit, and one for a branch or
   * tag; the listing of the commit's files takes another if it is not in the cache.
   *
   * @param model the model and its revision
   * @param choice chooses the files
   * @return the folder of the snapshot, which may also contain files from earlier downloads. It has
   *     all chosen files, unless the Hub cannot be reached and no listing is cached: then it has
   *     those that were downloaded before
   * @throws HubException if there is no such repository or revision, a download fails, or the Hub
   *     cannot be reached and a listed file is not in the cache
   * @throws IOException if the cache cannot be read or written
   */
  public Path snapshot(ModelReference model, FileChoice choice) throws IOException {
    return http.guarded(() -> fetchedSnapshot(model, choice));
  }

  private Path fetchedSnapshot(ModelReference model, FileChoice choice) throws IOException {
    RepositoryCache repository = repository(model);
    String commit = currentCommit(model);
    Path folder = repository.snapshotFolder(commit);
    boolean present = !choice.choose(repository.fileNames(commit)).isEmpty();
    List<HubFile> files;
    try {
      files = files(new ModelReference(model.repositoryId(), commit), repository, present);
    } catch (HubException e) {
      if (!mayFallBack(e) || !present) {
        throw explained(e, model);
      }
      if (!http.isOffline()) { // else it is what was asked for
        LOG.warn("{}: {}; using {} as it is", model, http.shown(e.getMessage()), folder);
      }
      return folder;
    }
    List<HubFile> missing = new ArrayList<>();
    for (HubFile file : chosen(files, choice)) {
      requireInside(file.path(), model);
      if (repository.file(commit, file.path(), file.size()).isEmpty()) {
        missing.add(file);
      }
    }
    if (!missing.isEmpty() && http.isOffline()) {
      throw new HubException(
          Reason.OFFLINE,
          model
              + ": in the cache only in part: "
              + missing.size()
              + " files are missing, such as "
              + missing.get(0).path()
              + ", and offline mode is on; unset HF_HUB_OFFLINE and try again");
    }
    if (!missing.isEmpty()) {
      LOG.info(
          "{}: downloading {} files, {} bytes, into {}",
          model,
          missing.size(),
          missing.stream().mapToLong(HubFile::size).sum(),
          folder);
    }
    try {
      downloads(model.repositoryId(), commit, repository).fetch(missing);
    } catch (HubException e) {
      if (e.reason() == Reason.PROTOCOL) {
        repository.forgetListing(commit); // it may be damaged: the next try asks the Hub
      }
      throw e;
    }
    // Last, so that until then an older snapshot is found when the Hub goes away.
    repository.storeCommit(model, commit);
    if (!missing.isEmpty()) {
      repository.removeLeftovers();
    }
    return folder;
  }

  /**
   * Returns an object that can create and change a model's repository. Sends no request yet.
   *
   * @param repositoryId {@code owner/name}
   * @throws IllegalArgumentException if the id is invalid or has no owner
   * @throws IllegalStateException if this client is for data sets
   */
  public HubPush push(String repositoryId) {
    if (kind != RepositoryKind.MODEL) {
      throw new IllegalStateException("this client reads data sets; push models by the other one");
    }
    new ModelReference(repositoryId, ModelReference.DEFAULT_REVISION); // checks the id
    if (repositoryId.indexOf('/') < 0) {
      throw new IllegalArgumentException(
          "Hub model \"" + repositoryId + "\": expected owner/name, to push to");
    }
    return new HubPush(this, http, retry, repositoryId);
  }

  /** Returns endpoint and cache, without the token. */
  @Override
  public String toString() {
    return "HubClient["
        + http.endpoint()
        + (http.isOffline() ? ", offline" : "")
        + ", cache "
        + cache
        + "]";
  }

  private RepositoryCache repository(ModelReference model) {
    return new RepositoryCache(cache, kind, model.repositoryId(), links);
  }

  private Downloads downloads(String repositoryId, String commit, RepositoryCache repository) {
    return new Downloads(
        new ModelReference(repositoryId, commit), repository, http, retry, listener);
  }

  private static String commitIn(JsonElement answer, HubCall call) throws HubException {
    JsonElement sha = answer instanceof JsonObject object ? object.get("sha") : null;
    if (sha == null || !sha.isJsonPrimitive() || !ModelReference.isCommit(sha.getAsString())) {
      throw new HubException(
          Reason.PROTOCOL,
          call.shown() + ": the answer names no commit; is the endpoint a Hub? check HF_ENDPOINT");
    }
    return sha.getAsString();
  }

  /**
   * The listing of a commit: the stored one, else that of the Hub, page by page.
   *
   * @param once whether to try only once, because there is something to fall back to
   */
  private List<HubFile> files(ModelReference commit, RepositoryCache repository, boolean once)
      throws IOException {
    Optional<List<HubFile>> stored = repository.storedListing(commit.revision());
    if (stored.isPresent()) {
      return stored.get();
    }
    List<HubFile> files = new HubListing(http, kind).read(commit, once);
    repository.storeListing(commit.revision(), files);
    return files;
  }

  private static List<HubFile> chosen(List<HubFile> files, FileChoice choice) {
    Collection<String> names =
        new TreeSet<>(choice.choose(files.stream().map(HubFile::path).toList()));
    return files.stream().filter(file -> names.contains(file.path())).toList();
  }

  /** The answer to a HEAD request for a file. */
  private record Head(String commit, HubFile file) {}

  private Head head(ModelReference model, String file, boolean cached) throws IOException {
    HubCall call = HubCall.head(http.file(kind, model.repositoryId(), model.revision(), file));
    try (HubResponse response = http.send(cached ? call.once() : call)) {
      Optional<String> commit = response.header("X-Repo-Commit").filter(ModelReference::isCommit);
      Optional<String> etag = response.header("X-Linked-Etag").or(() -> response.header("ETag"));
      OptionalLong size = size(response);
      Optional<ContentHash> hash = etag.flatMap(ContentHash::ofEtag);
      if (commit.isEmpty() || hash.isEmpty() || size.isEmpty()) {
        throw new HubException(
            Reason.PROTOCOL,
            call.shown()
                + ": the answer lacks "
                + (commit.isEmpty() ? "a commit" : hash.isEmpty() ? "a hash" : "a size")
                + ", so the file could not be verified; is the endpoint a Hub? check HF_ENDPOINT and proxies");
      }
      String value = hash.get().value();
      return new Head(
          commit.get(),
          new HubFile(file, size.getAsLong(), value, value.length() == 64 ? value : null, null));
    }
  }

  private static OptionalLong size(HubResponse response) {
    Optional<String> linked = response.header("X-Linked-Size");
    if (linked.isEmpty()) {
      return response.status() == 200 ? response.contentLength() : OptionalLong.empty();
    }
    try {
      long size = Long.parseLong(linked.get());
      return size < 0 ? OptionalLong.empty() : OptionalLong.of(size);
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static void requireInside(String path, ModelReference model) throws HubException {
    Optional<String> problem = FileNames.problem(path);
    if (problem.isPresent()) {
      throw new HubException(
          Reason.PROTOCOL,
          model
              + ": lists the file \""
              + path
              + "\", which is refused: "
              + problem.get()
              + "; leave it out with an ignore pattern if you need the others");
    }
  }

  /**
   * The commit of the last download. With a Hub to ask, a file that does not tell it is no error.
   */
  private Optional<String> storedCommit(RepositoryCache repository, ModelReference model)
      throws IOException {
    try {
      return repository.storedCommit(model);
    } catch (IOException e) {
      if (http.isOffline()) {
        throw e;
      }
      LOG.warn("{}: the Hub is asked instead ({})", model, http.shown(e.getMessage()));
      return Optional.empty();
    }
  }

  /** Whether the cache may be used instead: not if the Hub says that there is no such thing. */
  private static boolean mayFallBack(HubException e) {
    return e.reason() != Reason.REVISION_NOT_FOUND && e.reason() != Reason.ENTRY_NOT_FOUND;
  }

  private HubException explained(HubException e, ModelReference model) {
    if (e.reason() != Reason.OFFLINE) {
      return e;
    }
    return new HubException(
        Reason.OFFLINE,
        model
            + ": not in the cache "
            + cache
            + ", and offline mode is on; unset HF_HUB_OFFLINE (and TRANSFORMERS_OFFLINE) to download it",
        e);
  }

  /** Builds a {@link HubClient}. Not thread safe. */
  public static final class Builder {
    private URI endpoint = URI.create(DEFAULT_ENDPOINT);
    private @Nullable String token;
    private @Nullable Path cache; // null: that of the environment
    private boolean offline;
    private boolean links = true;
    private Duration connectTimeout = DEFAULT_TIMEOUT;
    private Duration readTimeout = DEFAULT_TIMEOUT;
    private RetryPolicy retry = RetryPolicy.DEFAULT;
    private @Nullable ProxySelector proxies = ProxySelector.getDefault();
    private DownloadListener listener = DownloadListener.NONE;

    private Builder() {}

    /**
     * The address of the Hub. Default: https://huggingface.co.
     *
     * @param address {@code https://host}, or {@code http://} for this machine
     * @throws IllegalArgumentException if the address is not a URI, or has a user, password or
     *     query
     */
    public Builder endpoint(String address) {
      URI uri;
      try {
        uri = URI.create(address);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "endpoint \"" + address + "\": no address; expected https://host", e);
      }
      if (uri.getRawUserInfo() != null || uri.getRawQuery() != null) {
        throw new IllegalArgumentException(
            "endpoint at " + uri.getHost() + ": expected no user, password or query in it");
      }
      this.endpoint = uri;
      return this;
    }

    /**
     * The access token to send to the endpoint. Default: none.
     *
     * @throws IllegalArgumentException if the token is empty, or has blanks or other characters
     *     than printable ASCII
     */
    public Builder token(String token) {
      // Checked here, because the JDK's message about a header would show it.
      if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
        throw new IllegalArgumentException(
            "token: empty or with blanks, line breaks or other than ASCII characters (it is not shown here)");
      }
      this.token = token;
      return this;
    }

    /** The folder of the cache. Default: as {@link LocalCache#of} finds it. */
    public Builder cache(Path folder) {
      // Links in the cache are written relative to each other, which needs whole names.
      this.cache = folder.toAbsolutePath();
      return this;
    }

    /** Uses only the cache and sends no requests. Default: online. */
    public Builder offline() {
      this.offline = true;
      return this;
    }

    /**
     * The timeout for establishing a connection. Default: 10 seconds.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder connectTimeout(Duration timeout) {
      this.connectTimeout = positive(timeout, "connectTimeout");
      return this;
    }

    /**
     * The timeout for an answer, and for each further part of it. Default: 10 seconds. The total
     * time of a download is not limited as long as data arrives. The answer to an upload has more
     * time, by the bytes sent: a second per 16 KiB, at most five minutes, in which they may still
     * leave this machine.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder readTimeout(Duration timeout) {
      this.readTimeout = positive(timeout, "readTimeout");
      return this;
    }

    /** Receives download progress. Default: none. */
    public Builder listener(DownloadListener listener) {
      this.listener = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /** The proxies to use. Default: those of the JVM. */
    public Builder proxies(ProxySelector proxies) {
      this.proxies = Objects.requireNonNull(proxies, "proxies");
      return this;
    }

    /** For tests, which cannot wait for seconds. */
    Builder retry(RetryPolicy policy) {
      this.retry = policy;
      return this;
    }

    /** For tests of file systems without links. */
    Builder withoutLinks() {
      this.links = false;
      return this;
    }

    /**
     * Returns the client.
     *
     * @throws IllegalArgumentException if the endpoint is neither https nor on this machine
     */
    public HubClient build() {
      return new HubClient(this);
    }

    private static Duration positive(Duration timeout, String name) {
      if (timeout.isZero() || timeout.isNegative()) {
        throw new IllegalArgumentException(name + ": expected more than 0, got " + timeout);
      }
      return timeout;
    }
  }
}
