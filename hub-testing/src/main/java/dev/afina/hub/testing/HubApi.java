package dev.afina.hub.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the Hub itself answers: who is asking, which repository, and what can be read from it. */
final class HubApi {
  /** Words that follow a repository's id in the API, so that an id of one part can be told. */
  private static final Set<String> ACTIONS =
      Set.of(
          "revision",
          "tree",
          "paths-info",
          "refs",
          "commits",
          "preupload",
          "commit",
          "branch",
          "tag",
          "settings",
          "resolve",
          "xet-read-token",
          "xet-write-token");

  private final LocalHub hub;
  private final PushApi push;

  HubApi(LocalHub hub) {
    this.hub = hub;
    this.push = new PushApi(hub);
  }

  /** Who is asking. */
  enum Caller {
    ANYBODY,
    READER,
    WRITER
  }

  void serve(Exchange exchange) throws IOException, ApiError {
    List<String> path = exchange.segments();
    String first = path.get(0);
    if (first.equals("local-hub-multipart")) { // its address is a secret: the real one is signed
      hub.storage().complete(exchange, path.get(1));
      return;
    }
    Caller caller = caller(exchange);
    if (first.equals("api") && path.size() >= 2) {
      api(exchange, caller, path.subList(1, path.size()));
    } else {
      files(exchange, caller, path);
    }
  }

  private Caller caller(Exchange exchange) throws ApiError {
    String authorization = exchange.header("Authorization").orElse("");
    if (authorization.isEmpty()) {
      return Caller.ANYBODY;
    }
    if (authorization.equals("Bearer " + hub.token())) {
      return Caller.WRITER;
    }
    if (authorization.equals("Bearer " + hub.readToken())) {
      return Caller.READER;
    }
    throw new ApiError(401, "Invalid username or password.")
        .header("X-Error-Message", "Invalid credentials in Authorization header");
  }

  private void api(Exchange exchange, Caller caller, List<String> path)
      throws IOException, ApiError {
    String request = exchange.method() + " " + String.join("/", path);
    switch (request) {
      case "GET whoami-v2" -> whoami(exchange, caller);
      case "POST repos/create" -> push.create(exchange, caller);
      case "DELETE repos/delete" -> push.delete(exchange, caller);
      case "POST repos/move" -> push.move(exchange, caller);
      case "POST validate-yaml" -> push.validateYaml(exchange);
      default -> {
        LocalRepository.Kind kind = kind(path.get(0)).orElseThrow(HubApi::notFound);
        int parts = path.size() == 2 || ACTIONS.contains(path.get(2)) ? 1 : 2;
        if (path.size() < 1 + parts) {
          throw notFound();
        }
        LocalRepository repository =
            repository(exchange, caller, kind, String.join("/", path.subList(1, 1 + parts)));
        if (repository != null) {
          ofRepository(exchange, caller, repository, path.subList(1 + parts, path.size()));
        }
      }
    }
  }

  private void ofRepository(
      Exchange exchange, Caller caller, LocalRepository repository, List<String> path)
      throws IOException, ApiError {
    String action = path.isEmpty() ? "" : path.get(0);
    String name = path.size() > 1 ? String.join("/", path.subList(1, path.size())) : "";
    switch (exchange.method() + " " + action) {
      case "GET " -> info(exchange, repository, snapshot(repository, "main"));
      case "GET revision" -> info(exchange, repository, snapshot(repository, name));
      case "GET tree" ->
          tree(
              exchange,
              snapshot(repository, path.size() > 1 ? path.get(1) : "main"),
              path.size() > 2 ? String.join("/", path.subList(2, path.size())) : "");
      case "POST paths-info" -> pathsInfo(exchange, snapshot(repository, name));
      case "GET refs" -> refs(exchange, repository);
      case "GET commits" -> commits(exchange, repository, snapshot(repository, name));
      default -> {
        push.requireWriter(caller);
        push.serve(exchange, repository, action, name);
      }
    }
  }

  /** {@code /owner/name/resolve/main/file} and {@code /owner/name.git/info/lfs/objects/batch}. */
  private void files(Exchange exchange, Caller caller, List<String> all)
      throws IOException, ApiError {
    boolean dataset = all.get(0).equals("datasets");
    List<String> path = dataset ? all.subList(1, all.size()) : all;
    LocalRepository.Kind kind = dataset ? LocalRepository.Kind.DATASET : LocalRepository.Kind.MODEL;
    for (int parts = 1; parts <= 2 && parts < path.size(); parts++) {
      String id = String.join("/", path.subList(0, parts));
      List<String> rest = path.subList(parts, path.size());
      if (rest.get(0).equals("resolve") && rest.size() >= 3) {
        LocalRepository repository = repository(exchange, caller, kind, id);
        if (repository != null) {
          resolve(
              exchange,
              caller,
              repository,
              rest.get(1),
              String.join("/", rest.subList(2, rest.size())));
        }
        return;
      }
      if (id.endsWith(".git") && String.join("/", rest).startsWith("info/lfs/objects/")) {
        push.requireWriter(caller);
        LocalRepository repository =
            repository(exchange, caller, kind, id.substring(0, id.length() - 4));
        if (repository != null) {
          push.lfs(exchange, repository, rest.get(3));
        }
        return;
      }
    }
    throw notFound();
  }

  /** The repository, or null after a redirect to its new name. */
  private @Nullable LocalRepository repository(
      Exchange exchange, Caller caller, LocalRepository.Kind kind, String id)
      throws IOException, ApiError {
    Optional<String> newName = hub.newName(kind, id);
    if (hub.find(kind, id).isEmpty() && newName.isPresent()) {
      String query = exchange.recorded().query();
      String location =
          exchange.path().replaceFirst("/" + id + "(?=/|\\.git/|$)", "/" + newName.get())
              + (query.isEmpty() ? "" : "?" + query);
      exchange.body().readAllBytes();
      exchange.answer(307, Map.of("Location", location), new byte[0]);
      return null;
    }
    LocalRepository repository = hub.find(kind, id).orElse(null);
    if (repository == null || (repository.isPrivate() && caller == Caller.ANYBODY)) {
      if (caller == Caller.ANYBODY) { // the Hub does not tell strangers what exists
        throw new ApiError(401, "Invalid username or password.");
      }
      throw new ApiError(404, "RepoNotFound", "Repository not found")
          .header("X-Error-Message", "Repository not found");
    }
    if (repository.isDisabled()) {
      throw new ApiError(403, "Access to this resource is disabled.")
          .header("X-Error-Message", "Access to this resource is disabled.");
    }
    return repository;
  }

  private void whoami(Exchange exchange, Caller caller) throws IOException, ApiError {
    if (caller == Caller.ANYBODY) {
      throw new ApiError(401, "Invalid username or password.");
    }
    JsonObject token = new JsonObject();
    token.addProperty("displayName", "local");
    token.addProperty("role", caller == Caller.WRITER ? "write" : "read");
    JsonObject auth = new JsonObject();
    auth.addProperty("type", "access_token");
    auth.add("accessToken", token);
    JsonObject user = new JsonObject();
    user.addProperty("type", "user");
    user.addProperty("id", "000000000000000000000001");
    user.addProperty("name", hub.user());
    user.addProperty("fullname", hub.user());
    user.addProperty("isPro", false);
    user.add("orgs", new JsonArray());
    user.add("auth", auth);
    exchange.answer(user);
  }

  private void resolve(
      Exchange exchange, Caller caller, LocalRepository repository, String revision, String path)
      throws IOException, ApiError {
    if (repository.isGated()) {
      String what = "Access to " + repository.kind().word() + " " + repository.id();
      throw caller == Caller.ANYBODY
          ? new ApiError(401, "GatedRepo", what + " is restricted. Please log in.")
              .header("X-Error-Message", what + " is restricted. Please log in.")
          : new ApiError(403, "GatedRepo", what + " is restricted, ask for access.")
              .header("X-Error-Message", what + " is restricted, ask for access.");
    }
    Snapshot snapshot = snapshot(repository, revision);
    StoredFile file = snapshot.files().get(path);
    if (file == null) {
      throw new ApiError(404, "EntryNotFound", "Entry not found")
          .header("X-Error-Message", "Entry not found")
          .header("X-Repo-Commit", snapshot.id());
    }
    Map<String, String> headers = new TreeMap<>();
    headers.put("X-Repo-Commit", snapshot.id());
    if (file instanceof StoredFile.Large large) {
      headers.put("X-Linked-Etag", "\"" + large.sha256() + "\"");
      headers.put("X-Linked-Size", String.valueOf(large.size()));
      headers.put(
          "Location",
          hub.storageEndpoint() + hub.storage().signed("GET", "/objects/" + large.sha256()));
      // A length and an ETag that are not the file's: a client that takes them for it is wrong.
      headers.put("ETag", "W/\"" + Hashes.sha256(large.pointer()).substring(0, 8) + "\"");
      exchange.answer(
          302, headers, "Found. Redirecting to the storage".getBytes(StandardCharsets.UTF_8));
    } else if (file instanceof StoredFile.Regular regular) {
      headers.put("ETag", "\"" + regular.blobId() + "\"");
      if (hub.options().resolveCache() && exchange.query("cached").isEmpty()) {
        headers.put("X-Linked-Etag", "\"" + regular.blobId() + "\"");
        headers.put("X-Linked-Size", String.valueOf(regular.size()));
        headers.put("Location", exchange.path() + "?cached=1");
        exchange.answer(307, headers, "Temporary Redirect".getBytes(StandardCharsets.UTF_8));
      } else {
        exchange.answerFile(headers, new ByteArrayInputStream(regular.content()), regular.size());
      }
    }
  }

  private void info(Exchange exchange, LocalRepository repository, Snapshot snapshot)
      throws IOException {
    boolean blobs = exchange.query("blobs").isPresent();
    String id = repository.id();
    JsonObject info = new JsonObject();
    info.addProperty("_id", "000000000000000000000002");
    info.addProperty("id", id);
    if (repository.kind() == LocalRepository.Kind.MODEL) {
      info.addProperty("modelId", id);
    }
    if (id.contains("/")) {
      info.addProperty("author", id.substring(0, id.indexOf('/')));
    }
    info.addProperty("sha", snapshot.id());
    info.addProperty("lastModified", date(snapshot));
    info.addProperty("createdAt", date(snapshot));
    info.addProperty("private", repository.isPrivate());
    info.add(
        "gated", repository.isGated() ? new JsonPrimitive("manual") : new JsonPrimitive(false));
    info.addProperty("disabled", repository.isDisabled());
    info.addProperty("downloads", 0);
    info.addProperty("likes", 0);
    info.add("tags", new JsonArray());
    JsonArray siblings = new JsonArray();
    snapshot
        .files()
        .forEach(
            (path, file) -> {
              JsonObject sibling = new JsonObject();
              sibling.addProperty("rfilename", path);
              if (blobs) {
                sibling.addProperty("size", file.size());
                sibling.addProperty("blobId", file.blobId());
                if (file instanceof StoredFile.Large large) {
                  JsonObject lfs = new JsonObject();
                  lfs.addProperty("sha256", large.sha256());
                  lfs.addProperty("size", large.size());
                  lfs.addProperty("pointerSize", large.pointer().length);
                  sibling.add("lfs", lfs);
                }
              }
              siblings.add(sibling);
            });
    info.add("siblings", siblings);
    exchange.answer(info);
  }

  private void tree(Exchange exchange, Snapshot snapshot, String folder)
      throws IOException, ApiError {
    boolean recursive = exchange.query("recursive").filter(HubApi::isTrue).isPresent();
    boolean expand = exchange.query("expand").filter(HubApi::isTrue).isPresent();
    List<JsonElement> entries = new ArrayList<>();
    String start = folder.isEmpty() ? "" : folder + "/";
    SortedMap<String, JsonElement> found = new TreeMap<>();
    snapshot
        .files()
        .forEach(
            (path, file) -> {
              if (path.startsWith(start)) {
                for (int slash = path.indexOf('/', start.length());
                    slash >= 0;
                    slash = path.indexOf('/', slash + 1)) {
                  String parent = path.substring(0, slash);
                  if (recursive || parent.indexOf('/', start.length()) < 0) {
                    found.putIfAbsent(parent, folderEntry(snapshot, parent, expand));
                  }
                }
                if (recursive || path.indexOf('/', start.length()) < 0) {
                  found.put(path, fileEntry(snapshot, path, file, expand));
                }
              }
            });
    if (found.isEmpty() && !folder.isEmpty()) {
      throw new ApiError(404, "EntryNotFound", folder + " does not exist on \"main\"")
          .header("X-Error-Message", folder + " does not exist");
    }
    entries.addAll(found.values());
    page(exchange, entries);
  }

  private static JsonObject fileEntry(
      Snapshot snapshot, String path, StoredFile file, boolean expand) {
    JsonObject entry = new JsonObject();
    entry.addProperty("type", "file");
    entry.addProperty("oid", file.blobId());
    entry.addProperty("size", file.size());
    if (file instanceof StoredFile.Large large) {
      JsonObject lfs = new JsonObject();
      lfs.addProperty("oid", large.sha256());
      lfs.addProperty("size", large.size());
      lfs.addProperty("pointerSize", large.pointer().length);
      entry.add("lfs", lfs);
    }
    entry.addProperty("path", path);
    if (expand) {
      entry.add("lastCommit", lastCommit(snapshot));
    }
    return entry;
  }

  private static JsonObject folderEntry(Snapshot snapshot, String path, boolean expand) {
    JsonObject entry = new JsonObject();
    entry.addProperty("type", "directory");
    entry.addProperty("oid", Snapshot.tree(snapshot.files(), path + "/"));
    entry.addProperty("size", 0);
    entry.addProperty("path", path);
    if (expand) {
      entry.add("lastCommit", lastCommit(snapshot));
    }
    return entry;
  }

  private static JsonObject lastCommit(Snapshot snapshot) {
    JsonObject commit = new JsonObject();
    commit.addProperty("id", snapshot.id());
    commit.addProperty("title", snapshot.title());
    commit.addProperty("date", date(snapshot));
    return commit;
  }

  private void pathsInfo(Exchange exchange, Snapshot snapshot) throws IOException, ApiError {
    List<String> paths = new ArrayList<>();
    boolean expand;
    if (exchange.header("Content-Type").orElse("").contains("form")) {
      String form = exchange.text();
      paths.addAll(Exchange.values(form, "paths"));
      expand = Exchange.values(form, "expand").stream().anyMatch(HubApi::isTrue);
    } else {
      JsonObject body = exchange.json();
      JsonElement asked = body.get("paths");
      if (asked instanceof JsonArray array) {
        array.forEach(path -> paths.add(path.getAsString()));
      } else if (asked != null) {
        paths.add(asked.getAsString());
      }
      expand = body.has("expand") && body.get("expand").getAsBoolean();
    }
    JsonArray entries = new JsonArray();
    for (String path : paths) {
      StoredFile file = snapshot.files().get(path);
      if (file != null) {
        entries.add(fileEntry(snapshot, path, file, expand));
      } else if (snapshot.files().keySet().stream().anyMatch(p -> p.startsWith(path + "/"))) {
        entries.add(folderEntry(snapshot, path, expand));
      }
    }
    exchange.answer(entries);
  }

  private void refs(Exchange exchange, LocalRepository repository) throws IOException {
    JsonObject answer = new JsonObject();
    JsonArray branches = new JsonArray();
    JsonArray tags = new JsonArray();
    JsonArray converts = new JsonArray();
    JsonArray pullRequests = new JsonArray();
    repository
        .refs()
        .forEach(
            (ref, commit) -> {
              JsonObject entry = new JsonObject();
              entry.addProperty("ref", ref);
              entry.addProperty("targetCommit", commit);
              String[] parts = ref.split("/", 3);
              entry.addProperty("name", parts[2]);
              switch (parts[1]) {
                case "heads" -> branches.add(entry);
                case "tags" -> tags.add(entry);
                case "convert" -> converts.add(entry);
                default -> pullRequests.add(entry);
              }
            });
    answer.add("branches", branches);
    answer.add("tags", tags);
    answer.add("converts", converts);
    if (exchange
        .query("include_prs")
        .or(() -> exchange.query("include_pull_requests"))
        .isPresent()) {
      answer.add("pullRequests", pullRequests);
    }
    exchange.answer(answer);
  }

  private void commits(Exchange exchange, LocalRepository repository, Snapshot newest)
      throws IOException {
    List<JsonElement> entries = new ArrayList<>();
    for (Snapshot commit : repository.log(newest)) {
      JsonObject author = new JsonObject();
      author.addProperty("user", hub.user());
      JsonArray authors = new JsonArray();
      authors.add(author);
      JsonObject entry = new JsonObject();
      entry.addProperty("id", commit.id());
      entry.addProperty("title", commit.title());
      entry.addProperty("message", commit.message().lines().skip(2).reduce("", (a, b) -> a + b));
      entry.add("authors", authors);
      entry.addProperty("date", date(commit));
      entries.add(entry);
    }
    page(exchange, entries);
  }

  /** One page of a listing, with a link to the next. */
  private void page(Exchange exchange, List<JsonElement> entries) throws IOException {
    int start = exchange.query("cursor").map(Integer::parseInt).orElse(0);
    int size =
        Math.min(
            exchange.query("limit").map(Integer::parseInt).orElse(Integer.MAX_VALUE),
            hub.options().pageSize());
    int end = Math.min(entries.size(), start + size);
    JsonArray page = new JsonArray();
    entries.subList(Math.min(start, end), end).forEach(page::add);
    Map<String, String> headers = new TreeMap<>();
    if (end < entries.size()) {
      StringBuilder query = new StringBuilder("cursor=" + end);
      for (String name : new String[] {"recursive", "expand", "limit"}) {
        exchange
            .query(name)
            .ifPresent(
                value ->
                    query.append(
                        "&" + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
      }
      headers.put("Link", "<" + hub.endpoint() + exchange.path() + "?" + query + ">; rel=\"next\"");
    }
    exchange.answer(200, headers, page);
  }

  static Snapshot snapshot(LocalRepository repository, String revision) throws ApiError {
    return repository
        .find(revision)
        .orElseThrow(
            () ->
                new ApiError(404, "RevisionNotFound", "Invalid rev id: " + revision)
                    .header("X-Error-Message", "Invalid rev id: " + revision));
  }

  static Optional<LocalRepository.Kind> kind(String api) {
    for (LocalRepository.Kind kind : LocalRepository.Kind.values()) {
      if (kind.api().equals(api)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  private static boolean isTrue(String value) {
    return value.equalsIgnoreCase("true") || value.equals("1");
  }

  private static String date(Snapshot snapshot) {
    return snapshot.time().truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private static ApiError notFound() {
    return new ApiError(404, "Sorry, we can't find the page you are looking for.");
  }
}
