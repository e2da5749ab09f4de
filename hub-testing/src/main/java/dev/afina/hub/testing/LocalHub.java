package dev.afina.hub.testing;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A Hugging Face Hub on this machine, for tests. Clients that respect {@code HF_ENDPOINT},
 * including Python's {@code huggingface_hub} and {@code transformers}, download from it and upload
 * to it as to the real one.
 *
 * <pre>{@code
 * try (LocalHub hub = LocalHub.start()) {
 *   hub.model("tester/tiny").put("config.json", "{}");
 *   // a client with the endpoint hub.endpoint() and the token hub.token()
 *   assertThat(hub.requests()).hasSize(1);
 * }
 * }</pre>
 *
 * <p>It listens on two ports of the loopback address: {@code 127.0.0.1} is the Hub, {@code
 * localhost} the storage for large files, to which the Hub redirects and which rejects requests
 * that contain the token. All content is hashed as by git and LFS, and uploads with a wrong hash
 * are rejected. {@link #faults} makes requests fail.
 *
 * <p>{@link #close} deletes everything. Thread safe.
 */
public final class LocalHub implements Closeable {
  static {
    // Without it the JDK's server delays the end of an answer by up to 40 ms.
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
  }

  private final Options options;
  private final String token = "hf_" + UUID.randomUUID().toString().replace("-", "");
  private final String readToken = "hf_" + UUID.randomUUID().toString().replace("-", "");
  private final Faults faults = new Faults();
  private final List<Exchange> exchanges = new ArrayList<>();
  private final Map<String, LocalRepository> repositories = new HashMap<>(); // models/owner/name
  private final Map<String, String> renamed = new HashMap<>(); // models/old → new id
  private volatile Clock clock = Clock.systemUTC();
  private final Storage storage;
  private final HttpServer hubServer;
  private final HttpServer storageServer;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "local-hub");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * How the server behaves.
   *
   * @param port the port of the Hub; 0 for any free one
   * @param pageSize the number of entries in one page of a listing
   * @param regularBytes larger files are stored as large files (LFS); the real Hub's limit is 10 MB
   * @param multipartBytes larger LFS files are uploaded in parts
   * @param partBytes the size of a part in bytes, except for the last one
   * @param resolveCache whether the address of a small file first redirects to another path of the
   *     Hub, as on the real one for some files
   */
  public record Options(
      int port,
      int pageSize,
      long regularBytes,
      long multipartBytes,
      long partBytes,
      boolean resolveCache) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a size is less than 1
     */
    public Options {
      if (pageSize < 1 || regularBytes < 1 || multipartBytes < 1 || partBytes < 1) {
        throw new IllegalArgumentException("sizes must be 1 or more");
      }
    }

    /**
     * Returns the real Hub's limits, at any free port.
     *
     * @return the defaults
     */
    public static Options defaults() {
      return new Options(0, 1000, 10_000_000, 5L << 30, 64L << 20, false);
    }

    /**
     * Returns these options with other limits for uploads, so that small files can test the paths
     * of large ones.
     *
     * @param multipart large files with more bytes are uploaded in parts
     * @param part how many bytes a part has
     * @return the changed copy
     */
    public Options withParts(long multipart, long part) {
      return new Options(port, pageSize, regularBytes, multipart, part, resolveCache);
    }

    /**
     * Returns these options with another page size.
     *
     * @param entries how many entries one page of a listing has
     * @return the changed copy
     */
    public Options withPageSize(int entries) {
      return new Options(port, entries, regularBytes, multipartBytes, partBytes, resolveCache);
    }

    /**
     * Returns these options with another port.
     *
     * @param number the port of the Hub; 0 for any free one
     * @return the changed copy
     */
    public Options withPort(int number) {
      return new Options(number, pageSize, regularBytes, multipartBytes, partBytes, resolveCache);
    }

    /**
     * Returns these options with small files behind one redirect more.
     *
     * @return the changed copy
     */
    public Options withResolveCache() {
      return new Options(port, pageSize, regularBytes, multipartBytes, partBytes, true);
    }
  }

  private LocalHub(Options options) throws IOException {
    this.options = options;
    this.storage = new Storage(Files.createTempDirectory("local-hub"));
    this.hubServer = server(options.port());
    this.storageServer = server(0);
    HubApi api = new HubApi(this);
    hubServer.createContext("/", http -> serve(http, RecordedRequest.Host.HUB, api::serve));
    storageServer.createContext(
        "/", http -> serve(http, RecordedRequest.Host.STORAGE, storage::serve));
    hubServer.start();
    storageServer.start();
  }

  /**
   * Starts an empty Hub with the real one's limits at a free port.
   *
   * @return the running server
   * @throws IOException when it cannot listen
   */
  public static LocalHub start() throws IOException {
    return start(Options.defaults());
  }

  /**
   * Starts an empty Hub.
   *
   * @param options how it behaves
   * @return the running server
   * @throws IOException when it cannot listen
   */
  public static LocalHub start(Options options) throws IOException {
    return new LocalHub(options);
  }

  /**
   * Sets the time of future commits, on which their ids depend. Default: the current time.
   *
   * @param time the time of all future commits
   * @return this server
   */
  public LocalHub commitTime(Instant time) {
    clock = Clock.fixed(time, ZoneOffset.UTC);
    return this;
  }

  Clock clock() {
    return clock;
  }

  /**
   * Returns the address of the Hub, the value for {@code HF_ENDPOINT}.
   *
   * @return the address, without a slash at its end
   */
  public URI endpoint() {
    return address("127.0.0.1", hubServer);
  }

  /**
   * Returns the address of the second server, to which downloads of large files are redirected.
   *
   * @return the address, without a slash at its end
   */
  public URI storageEndpoint() {
    // Another name, too: Python's client takes another port of the same host for the Hub.
    return address("localhost", storageServer);
  }

  /**
   * Returns a token that may read and write everything.
   *
   * @return the token
   */
  public String token() {
    return token;
  }

  /**
   * Returns a token that may read everything and write nothing.
   *
   * @return the token
   */
  public String readToken() {
    return readToken;
  }

  /**
   * Returns the name of the user that the tokens belong to.
   *
   * @return {@code tester}
   */
  public String user() {
    return "tester";
  }

  /**
   * Returns a model's repository, creating it if necessary.
   *
   * @param id {@code owner/name} or {@code name}
   * @return the repository
   */
  public LocalRepository model(String id) {
    return repository(LocalRepository.Kind.MODEL, id);
  }

  /**
   * Returns a data set's repository, creating it if necessary.
   *
   * @param id {@code owner/name} or {@code name}
   * @return the repository
   */
  public LocalRepository dataset(String id) {
    return repository(LocalRepository.Kind.DATASET, id);
  }

  /**
   * Returns whether there is a repository of this name.
   *
   * @param kind what it holds
   * @param id {@code owner/name} or {@code name}
   * @return whether it exists
   */
  public boolean exists(LocalRepository.Kind kind, String id) {
    return find(kind, id).isPresent();
  }

  /**
   * Returns the faults to inject.
   *
   * @return the faults, initially none
   */
  public Faults faults() {
    return faults;
  }

  /**
   * Returns the requests so far.
   *
   * @return the requests to both servers, in the order in which they arrived
   */
  public List<RecordedRequest> requests() {
    synchronized (exchanges) {
      return exchanges.stream().map(Exchange::recorded).toList();
    }
  }

  /** Forgets the requests so far. */
  public void clearRequests() {
    synchronized (exchanges) {
      exchanges.clear();
    }
  }

  /** Stops both servers and deletes their files. */
  @Override
  public void close() throws IOException {
    hubServer.stop(0);
    storageServer.stop(0);
    threads.shutdownNow();
    storage.delete();
  }

  Options options() {
    return options;
  }

  Storage storage() {
    return storage;
  }

  Optional<LocalRepository> find(LocalRepository.Kind kind, String id) {
    synchronized (repositories) {
      return Optional.ofNullable(repositories.get(kind.api() + "/" + id));
    }
  }

  /** The new name of a repository that had this one. */
  Optional<String> newName(LocalRepository.Kind kind, String id) {
    synchronized (repositories) {
      return Optional.ofNullable(renamed.get(kind.api() + "/" + id));
    }
  }

  /** Makes a repository; empty when there is one of that name. */
  Optional<LocalRepository> create(LocalRepository.Kind kind, String id) {
    LocalRepository repository = new LocalRepository(this, kind, id);
    synchronized (repositories) {
      return repositories.putIfAbsent(kind.api() + "/" + id, repository) == null
          ? Optional.of(repository)
          : Optional.empty();
    }
  }

  void delete(LocalRepository repository) {
    synchronized (repositories) {
      repositories.remove(repository.kind().api() + "/" + repository.id());
    }
  }

  void rename(LocalRepository repository, String id) {
    synchronized (repositories) {
      String api = repository.kind().api() + "/";
      repositories.remove(api + repository.id());
      renamed.put(api + repository.id(), id);
      repository.setId(id);
      repositories.put(api + id, repository);
    }
  }

  private LocalRepository repository(LocalRepository.Kind kind, String id) {
    return find(kind, id).or(() -> create(kind, id)).orElseGet(() -> find(kind, id).orElseThrow());
  }

  private HttpServer server(int port) throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    HttpServer server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
    server.setExecutor(threads);
    return server;
  }

  private static URI address(String host, HttpServer server) {
    return URI.create("http://" + host + ":" + server.getAddress().getPort());
  }

  private interface Service {
    void serve(Exchange exchange) throws IOException, ApiError;
  }

  private void serve(HttpExchange http, RecordedRequest.Host host, Service service)
      throws IOException {
    Exchange exchange = new Exchange(http, host, faults);
    synchronized (exchanges) {
      exchanges.add(exchange);
    }
    try (http) {
      answer(exchange, service);
    } catch (IOException e) {
      // The client is gone, or a fault wants the connection closed: close() has done it.
    }
  }

  private static void answer(Exchange exchange, Service service) throws IOException {
    if (exchange.failed()) {
      return;
    }
    try {
      service.serve(exchange);
    } catch (ApiError e) {
      // A client that still sends its body would see a broken connection instead of the answer.
      exchange.body().transferTo(OutputStream.nullOutputStream());
      JsonObject body = new JsonObject();
      body.addProperty("error", e.message());
      exchange.answer(e.status(), e.headers(), body);
    }
  }
}
