package dev.afina.hub;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.hub.HubException.Reason;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Sends the commit, the last step of an upload. The Hub cannot tell a repeated commit from a second
 * one. So if an answer is lost, the branch is checked first, and a repeated request is conditional
 * on the commit that the branch was at.
 */
final class CommitRequest {
  /** The Hub takes a while to commit many files. */
  private static final Duration COMMITTING = Duration.ofMinutes(2);

  private final RepositoryApi api;
  private final RetryPolicy retry;
  private final HubUpload upload;
  private final String head;
  private final List<UploadFile> changed;
  private final List<String> deleted;

  CommitRequest(
      RepositoryApi api,
      RetryPolicy retry,
      HubUpload upload,
      String head,
      List<UploadFile> changed,
      List<String> deleted) {
    this.api = api;
    this.retry = retry;
    this.upload = upload;
    this.head = head;
    this.changed = changed;
    this.deleted = deleted;
  }

  HubCommit send() throws IOException {
    try (FileChannel body = temporaryFile()) {
      write(body, upload.parentCommit());
      for (int attempt = 1; ; attempt++) {
        try {
          return send(body);
        } catch (HubException e) {
          boolean unknown = e.reason() == Reason.UNREACHABLE || e.reason() == Reason.SERVER_ERROR;
          if (!unknown && !(attempt > 1 && e.reason() == Reason.CONFLICT)) {
            throw e;
          }
          if (upload.pullRequest()) {
            throw new HubException(
                e.reason(),
                api.repositoryId()
                    + ": no answer to the opening of a pull request; look whether it is there before you try again ("
                    + e.getMessage()
                    + ")",
                e);
          }
          Optional<String> done = happened(e);
          if (done.isPresent()) {
            return new HubCommit(done.get(), api.page(done.get()), Optional.empty(), true);
          }
          if (attempt > retry.retries() || e.reason() == Reason.CONFLICT) {
            throw e;
          }
          HubHttp.sleep(retry.pause(attempt));
          // From now on a commit that is still under way must make this one fail.
          write(body, Optional.of(head));
        }
      }
    }
  }

  /** A file that the system deletes when it is closed, also by the end of the process. */
  private static FileChannel temporaryFile() throws IOException {
    Path file = Files.createTempFile("afina-commit", ".ndjson");
    return FileChannel.open(
        file,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  private HubCommit send(FileChannel body) throws IOException {
    HubCall call =
        HubCall.post(
                api.http()
                    .resolve(
                        "/api/models/"
                            + api.repositoryId()
                            + "/commit/"
                            + HubHttp.encoded(upload.revision())
                            + (upload.pullRequest() ? "?create_pr=1" : "")),
                "application/x-ndjson",
                Payload.of(body))
            .unlessDone()
            .patient(COMMITTING);
    JsonElement answer = api.http().sendForJson(call);
    try {
      JsonObject object = answer.getAsJsonObject();
      String commit = object.get("commitOid").getAsString();
      JsonElement pullRequest = object.get("pullRequestUrl");
      return new HubCommit(
          commit,
          api.page(commit),
          pullRequest == null || pullRequest.isJsonNull()
              ? Optional.empty()
              : Optional.of(URI.create(pullRequest.getAsString())),
          true);
    } catch (RuntimeException e) {
      throw RepositoryApi.unexpected(call, e);
    }
  }

  /** The commit whose answer was lost, if it was made: then the branch has these files. */
  private Optional<String> happened(HubException lost) throws IOException {
    String now;
    try {
      now = api.head(upload.revision());
      if (now.equals(head) || !hasAll(now)) {
        return Optional.empty();
      }
    } catch (IOException e) {
      lost.addSuppressed(e);
      throw lost;
    }
    return Optional.of(now);
  }

  private boolean hasAll(String commit) throws IOException {
    List<String> paths =
        Stream.concat(changed.stream().map(UploadFile::path), deleted.stream()).toList();
    Map<String, JsonObject> there = new HashMap<>();
    for (int start = 0; start < paths.size(); start += RepositoryApi.CHUNK) {
      JsonArray asked = new JsonArray();
      paths.subList(start, Math.min(paths.size(), start + RepositoryApi.CHUNK)).forEach(asked::add);
      JsonObject body = new JsonObject();
      body.add("paths", asked);
      body.addProperty("expand", false);
      HubCall call = api.post("/api/models/" + api.repositoryId() + "/paths-info/" + commit, body);
      there.putAll(RepositoryApi.byPath(call, api.http().sendForJson(call)));
    }
    for (UploadFile file : changed) {
      JsonObject entry = there.get(file.path());
      JsonElement large = entry == null ? null : entry.get("lfs");
      JsonElement hash =
          entry == null
              ? null
              : large instanceof JsonObject lfs ? lfs.get("oid") : entry.get("oid");
      if (hash == null || !hash.getAsString().equals(file.hash().value())) {
        return false;
      }
    }
    return deleted.stream().noneMatch(there::containsKey);
  }

  /** Writes one JSON object per line; to a file, because many small files may be large together. */
  private void write(FileChannel body, Optional<String> parent) throws IOException {
    body.truncate(0);
    Writer out = new BufferedWriter(Channels.newWriter(body, StandardCharsets.UTF_8));
    JsonObject header = new JsonObject();
    header.addProperty("summary", upload.message());
    header.addProperty("description", upload.description());
    parent.ifPresent(commit -> header.addProperty("parentCommit", commit));
    line(out, "header", header);
    for (UploadFile file : changed) {
      JsonObject value = new JsonObject();
      value.addProperty("path", file.path());
      if (file.large()) {
        value.addProperty("algo", "sha256");
        value.addProperty("oid", file.hash().value());
        value.addProperty("size", file.size());
        line(out, "lfsFile", value);
      } else {
        value.addProperty("encoding", "base64");
        value.addProperty(
            "content", Base64.getEncoder().encodeToString(Files.readAllBytes(file.file())));
        file.requireUnchanged();
        line(out, "file", value);
      }
    }
    for (String path : deleted) {
      JsonObject value = new JsonObject();
      value.addProperty("path", path);
      line(out, "deletedFile", value);
    }
    out.flush(); // closing it would close the file
  }

  private static void line(Writer out, String key, JsonObject value) throws IOException {
    JsonObject line = new JsonObject();
    line.addProperty("key", key);
    line.add("value", value);
    out.write(line.toString());
    out.write('\n');
  }
}
