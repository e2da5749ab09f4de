package dev.afina.hub.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What changes repositories: creation, uploads and commits. */
final class PushApi {
  private final LocalHub hub;

  PushApi(LocalHub hub) {
    this.hub = hub;
  }

  void requireWriter(HubApi.Caller caller) throws ApiError {
    if (caller == HubApi.Caller.ANYBODY) {
      throw new ApiError(401, "Invalid username or password.");
    }
    if (caller == HubApi.Caller.READER) {
      throw new ApiError(403, "You must use a write token to do this.")
          .header("X-Error-Message", "You must use a write token to do this.");
    }
  }

  void serve(Exchange exchange, LocalRepository repository, String action, String name)
      throws IOException, ApiError {
    switch (exchange.method() + " " + action) {
      case "POST preupload" -> preupload(exchange, repository, name);
      case "POST commit" -> commit(exchange, repository, name);
      case "POST branch" -> branch(exchange, repository, name);
      case "POST tag" -> tag(exchange, repository, name);
      case "DELETE branch" -> removeRef(exchange, repository, "refs/heads/" + name);
      case "DELETE tag" -> removeRef(exchange, repository, "refs/tags/" + name);
      case "PUT settings" -> settings(exchange, repository);
      default -> throw new ApiError(404, "no such page: " + exchange.method() + " " + action);
    }
  }

  void create(Exchange exchange, HubApi.Caller caller) throws IOException, ApiError {
    requireWriter(caller);
    JsonObject body = exchange.json();
    LocalRepository.Kind kind = kind(body);
    String name = string(body, "name", "");
    String owner = string(body, "organization", hub.user());
    if (!(owner + "/" + name).matches("[\\w.-]{1,96}/\\w([\\w.-]{0,94}\\w)?")
        || name.contains("--")) {
      throw new ApiError(400, "Invalid repo name: " + owner + "/" + name);
    }
    String id = owner + "/" + name;
    JsonObject answer = new JsonObject();
    answer.addProperty("url", hub.endpoint() + "/" + kind.prefix() + id);
    answer.addProperty("name", id);
    LocalRepository made = hub.create(kind, id).orElse(null);
    if (made == null) {
      answer.addProperty("error", "You already created this " + kind.word() + " repo");
      exchange.answer(409, Map.of(), answer);
      return;
    }
    made.setPrivate(isPrivate(body));
    exchange.answer(answer);
  }

  void delete(Exchange exchange, HubApi.Caller caller) throws IOException, ApiError {
    requireWriter(caller);
    JsonObject body = exchange.json();
    hub.delete(
        named(body, string(body, "organization", hub.user()) + "/" + string(body, "name", "")));
    exchange.answer(200, Map.of(), "OK".getBytes(StandardCharsets.UTF_8));
  }

  void move(Exchange exchange, HubApi.Caller caller) throws IOException, ApiError {
    requireWriter(caller);
    JsonObject body = exchange.json();
    hub.rename(named(body, string(body, "fromRepo", "")), string(body, "toRepo", ""));
    exchange.answer(200, Map.of(), "OK".getBytes(StandardCharsets.UTF_8));
  }

  private LocalRepository named(JsonObject body, String id) throws ApiError {
    return hub.find(kind(body), id)
        .orElseThrow(() -> new ApiError(404, "RepoNotFound", "Repository not found"));
  }

  private static LocalRepository.Kind kind(JsonObject body) throws ApiError {
    String type = string(body, "type", "model");
    return HubApi.kind(type + "s")
        .orElseThrow(() -> new ApiError(400, "type: \"" + type + "\" is not kept here"));
  }

  private static boolean isPrivate(JsonObject body) {
    return string(body, "visibility", "").equals("private")
        || (body.has("private")
            && body.get("private").isJsonPrimitive()
            && body.get("private").getAsBoolean());
  }

  void validateYaml(Exchange exchange) throws IOException, ApiError {
    List<String> mistakes = CardCheck.mistakes(string(exchange.json(), "content", ""));
    JsonObject answer = new JsonObject();
    JsonArray errors = new JsonArray();
    for (String mistake : mistakes) {
      JsonObject error = new JsonObject();
      error.addProperty("message", mistake);
      errors.add(error);
    }
    answer.add("errors", errors);
    answer.add("warnings", new JsonArray());
    exchange.answer(mistakes.isEmpty() ? 200 : 400, Map.of(), answer);
  }

  private void preupload(Exchange exchange, LocalRepository repository, String revision)
      throws IOException, ApiError {
    Snapshot at = HubApi.snapshot(repository, revision);
    JsonObject body = exchange.json();
    JsonArray files = body.getAsJsonArray("files");
    if (files == null || files.size() > 256) {
      throw new ApiError(400, "files: expected a list of at most 256");
    }
    List<String> ignored =
        string(body, "gitIgnore", ignoreFile(at))
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .toList();
    JsonArray answers = new JsonArray();
    for (JsonElement element : files) {
      JsonObject file = element.getAsJsonObject();
      String path = path(file);
      byte[] sample = base64(string(file, "sample", ""));
      boolean large = repository.isLarge(path, file.get("size").getAsLong(), sample, at);
      JsonObject answer = new JsonObject();
      answer.addProperty("path", path);
      answer.addProperty("uploadMode", large ? "lfs" : "regular");
      answer.addProperty(
          "shouldIgnore", ignored.stream().anyMatch(pattern -> Globs.matchesPath(pattern, path)));
      StoredFile there = at.files().get(path);
      if (there != null) {
        answer.addProperty("oid", there.etag());
      }
      answers.add(answer);
    }
    JsonObject answer = new JsonObject();
    answer.addProperty("commitOid", at.id());
    answer.add("files", answers);
    exchange.answer(answer);
  }

  private static String ignoreFile(Snapshot at) {
    return at.files().get(".gitignore") instanceof StoredFile.Regular regular
        ? new String(regular.content(), StandardCharsets.UTF_8)
        : "";
  }

  void lfs(Exchange exchange, LocalRepository repository, String action)
      throws IOException, ApiError {
    switch (exchange.method() + " " + action) {
      case "POST batch" -> batch(exchange, repository);
      case "POST verify" -> verify(exchange, repository);
      default -> throw new ApiError(404, "no such page");
    }
  }

  private void batch(Exchange exchange, LocalRepository repository) throws IOException, ApiError {
    JsonObject body = exchange.json();
    String algorithm = string(body, "hash_algo", "sha256");
    if (!string(body, "operation", "").equals("upload")
        || !algorithm.replace("_", "").equals("sha256")) {
      throw new ApiError(422, "expected the operation upload with sha256");
    }
    JsonArray objects = body.getAsJsonArray("objects");
    if (objects == null || objects.size() > 256) {
      throw new ApiError(422, "objects: expected a list of at most 256");
    }
    boolean parts = body.toString().contains("\"multipart\"");
    JsonArray answers = new JsonArray();
    boolean multipart = false;
    for (JsonElement element : objects) {
      String sha256 = string(element.getAsJsonObject(), "oid", "");
      long size = element.getAsJsonObject().get("size").getAsLong();
      JsonObject answer = new JsonObject();
      answer.addProperty("oid", sha256);
      answer.addProperty("size", size);
      answers.add(answer);
      if (!sha256.matches("[0-9a-f]{64}") || size < 1) {
        JsonObject error = new JsonObject();
        error.addProperty("code", 422);
        error.addProperty("message", "not a SHA-256 or an empty object");
        answer.add("error", error);
      } else if (!repository.hasObject(sha256) || !hub.storage().has(sha256, size)) {
        boolean inParts = parts && size > hub.options().multipartBytes();
        multipart |= inParts;
        answer.addProperty("authenticated", true);
        answer.add("actions", actions(repository, sha256, size, inParts));
      }
    }
    JsonObject answer = new JsonObject();
    answer.addProperty("transfer", multipart ? "multipart" : "basic");
    answer.add("objects", answers);
    exchange.answer(answer);
  }

  private JsonObject actions(
      LocalRepository repository, String sha256, long size, boolean inParts) {
    JsonObject upload = new JsonObject();
    if (inParts) {
      long chunk = hub.options().partBytes();
      String id = hub.storage().start(repository, sha256, size, chunk);
      JsonObject header = new JsonObject();
      header.addProperty("chunk_size", String.valueOf(chunk));
      long count = (size + chunk - 1) / chunk;
      for (long number = count; number >= 1; number--) { // in no useful order, as JSON may be
        header.addProperty(
            String.format(Locale.ROOT, "%05d", number),
            hub.storageEndpoint() + hub.storage().signed("PUT", "/part/" + id + "/" + number));
      }
      upload.addProperty("href", hub.endpoint() + "/local-hub-multipart/" + id);
      upload.add("header", header);
    } else {
      upload.addProperty(
          "href",
          hub.storageEndpoint() + hub.storage().signed("PUT", "/upload/" + sha256 + "/" + size));
    }
    JsonObject verify = new JsonObject();
    verify.addProperty(
        "href",
        hub.endpoint()
            + "/"
            + repository.kind().prefix()
            + repository.id()
            + ".git/info/lfs/objects/verify");
    JsonObject actions = new JsonObject();
    actions.add("upload", upload);
    actions.add("verify", verify);
    return actions;
  }

  private void verify(Exchange exchange, LocalRepository repository) throws IOException, ApiError {
    JsonObject body = exchange.json();
    String sha256 = string(body, "oid", "");
    if (!hub.storage().has(sha256, body.get("size").getAsLong())) {
      throw new ApiError(404, "the object was not uploaded");
    }
    repository.addObject(sha256);
    exchange.answer(new JsonObject());
  }

  private void commit(Exchange exchange, LocalRepository repository, String revision)
      throws IOException, ApiError {
    List<JsonObject> lines = lines(exchange);
    boolean pullRequest =
        exchange.query("create_pr").filter(v -> v.equals("1") || v.equals("true")).isPresent();
    // One lock for check and change: two commits with the same parent cannot both win.
    synchronized (repository) {
      String ref =
          repository
              .writable(revision)
              .orElseThrow(
                  () ->
                      new ApiError(404, "RevisionNotFound", "Invalid rev id: " + revision)
                          .header("X-Error-Message", "Invalid rev id: " + revision));
      Snapshot head = repository.head(ref);
      String message = "";
      SortedMap<String, StoredFile> files = new TreeMap<>(head.files());
      for (JsonObject line : lines) {
        JsonObject value = line.getAsJsonObject("value");
        switch (string(line, "key", "")) {
          case "header" -> message = message(value, head);
          case "file" -> addFile(files, value);
          case "lfsFile" -> addLarge(repository, files, value);
          case "deletedFile" -> deleteFile(files, value);
          case "deletedFolder" -> deleteFolder(files, value);
          default -> throw new ApiError(400, "unknown operation: " + line);
        }
      }
      if (message.isBlank()) {
        throw new ApiError(400, "\"summary\" is not allowed to be empty");
      }
      JsonObject answer = new JsonObject();
      if (pullRequest) {
        ref = repository.openPullRequest(ref);
        answer.addProperty(
            "pullRequestUrl",
            hub.endpoint()
                + "/"
                + repository.kind().prefix()
                + repository.id()
                + "/discussions/"
                + ref.substring("refs/pr/".length()));
      }
      Snapshot commit = repository.commit(ref, files, message);
      answer.addProperty("success", true);
      answer.addProperty("commitOid", commit.id());
      answer.addProperty(
          "commitUrl",
          hub.endpoint()
              + "/"
              + repository.kind().prefix()
              + repository.id()
              + "/commit/"
              + commit.id());
      answer.addProperty("hookOutput", "");
      exchange.answer(answer);
    }
  }

  private static List<JsonObject> lines(Exchange exchange) throws IOException, ApiError {
    if (!exchange.header("Content-Type").orElse("").startsWith("application/x-ndjson")) {
      throw new ApiError(400, "expected application/x-ndjson");
    }
    List<JsonObject> lines = new ArrayList<>();
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(exchange.body(), StandardCharsets.UTF_8));
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      try {
        if (!line.isBlank()) {
          lines.add(JsonParser.parseString(line).getAsJsonObject());
        }
      } catch (JsonParseException | IllegalStateException e) {
        throw new ApiError(400, "line " + (lines.size() + 1) + " is not a JSON object");
      }
    }
    if (lines.isEmpty() || !string(lines.get(0), "key", "").equals("header")) {
      throw new ApiError(400, "the first line must be the header");
    }
    return lines;
  }

  private static String message(JsonObject header, Snapshot head) throws ApiError {
    String parent = string(header, "parentCommit", head.id());
    if (!parent.equals(head.id())) {
      throw new ApiError(412, "A commit has happened since. Please refresh and try again.");
    }
    String description = string(header, "description", "");
    return string(header, "summary", "") + (description.isEmpty() ? "" : "\n\n" + description);
  }

  private void addFile(SortedMap<String, StoredFile> files, JsonObject value) throws ApiError {
    byte[] content = base64(string(value, "content", ""));
    String path = path(value);
    if (content.length > hub.options().regularBytes()) {
      throw new ApiError(
          400,
          "Your push was rejected because it contains files larger than "
              + hub.options().regularBytes()
              + " bytes: "
              + path);
    }
    put(files, path, new StoredFile.Regular(content));
  }

  private void addLarge(
      LocalRepository repository, SortedMap<String, StoredFile> files, JsonObject value)
      throws ApiError, IOException {
    String sha256 = string(value, "oid", "");
    long size = value.get("size").getAsLong();
    if (!repository.hasObject(sha256) || !hub.storage().has(sha256, size)) {
      throw new ApiError(400, "LFS pointer pointed to a file that does not exist: " + path(value));
    }
    put(files, path(value), new StoredFile.Large(sha256, size));
  }

  private static void put(SortedMap<String, StoredFile> files, String path, StoredFile file)
      throws ApiError {
    if (!files.subMap(path + "/", path + "0").isEmpty()) {
      throw new ApiError(400, path + " is a folder");
    }
    files.put(path, file);
  }

  private static void deleteFile(SortedMap<String, StoredFile> files, JsonObject value)
      throws ApiError {
    if (files.remove(path(value)) == null) {
      throw new ApiError(
              404, "EntryNotFound", "A file with this name doesn't exist: " + path(value))
          .header("X-Error-Message", "A file with this name doesn't exist");
    }
  }

  private static void deleteFolder(SortedMap<String, StoredFile> files, JsonObject value)
      throws ApiError {
    String folder = path(value).replaceAll("/+$", "") + "/";
    if (!files.keySet().removeIf(path -> path.startsWith(folder))) {
      throw new ApiError(404, "EntryNotFound", "A folder with this name doesn't exist: " + folder);
    }
  }

  private void branch(Exchange exchange, LocalRepository repository, String name)
      throws IOException, ApiError {
    JsonObject body = exchange.json();
    Snapshot start = HubApi.snapshot(repository, string(body, "startingPoint", "main"));
    if (!repository.setRef("refs/heads/" + name, start.id())) {
      throw new ApiError(409, "Reference already exists: refs/heads/" + name);
    }
    exchange.answer(new JsonObject());
  }

  private void tag(Exchange exchange, LocalRepository repository, String revision)
      throws IOException, ApiError {
    JsonObject body = exchange.json();
    Snapshot at = HubApi.snapshot(repository, revision);
    String name = string(body, "tag", "");
    if (name.isEmpty()) {
      throw new ApiError(400, "\"tag\" is required");
    }
    if (!repository.setRef("refs/tags/" + name, at.id())) {
      throw new ApiError(409, "Tag reference exists already: " + name);
    }
    exchange.answer(new JsonObject());
  }

  private static void removeRef(Exchange exchange, LocalRepository repository, String ref)
      throws IOException, ApiError {
    if (!repository.removeRef(ref)) {
      throw new ApiError(404, "RevisionNotFound", "Invalid rev id: " + ref);
    }
    exchange.answer(new JsonObject());
  }

  private static void settings(Exchange exchange, LocalRepository repository)
      throws IOException, ApiError {
    JsonObject body = exchange.json();
    if (body.has("private") || body.has("visibility")) {
      repository.setPrivate(isPrivate(body));
    }
    exchange.answer(body);
  }

  private static String path(JsonObject value) throws ApiError {
    String path = string(value, "path", "");
    boolean legal = !path.isEmpty() && !path.startsWith("/");
    for (String part : path.replaceAll("/+$", "").split("/", -1)) {
      legal &= !part.isEmpty() && !part.equals(".") && !part.equals("..") && !part.equals(".git");
    }
    if (!legal) {
      throw new ApiError(400, "Invalid path: \"" + path + "\"");
    }
    return path;
  }

  private static byte[] base64(String text) throws ApiError {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new ApiError(400, "not base64: " + e.getMessage());
    }
  }

  private static String string(JsonObject object, String name, String otherwise) {
    JsonElement value = object.get(name);
    return value == null || !value.isJsonPrimitive() ? otherwise : value.getAsString();
  }
}
