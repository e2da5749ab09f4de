package dev.afina.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.hub.HubException.Reason;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/**
 * The requests about one repository that several steps of a push share.
 *
 * @param http the Hub
 * @param repositoryId {@code owner/name}
 */
record RepositoryApi(HubHttp http, String repositoryId) {
  /** The maximum number of files in one request. */
  static final int CHUNK = 256;

  /** The commit that a branch is at now. */
  String head(String revision) throws IOException {
    HubCall call =
        HubCall.get(
            http.resolve("/api/models/" + repositoryId + "/revision/" + HubHttp.encoded(revision)));
    try {
      String commit = http.sendForJson(call).getAsJsonObject().get("sha").getAsString();
      if (ModelReference.isCommit(commit)) {
        return commit;
      }
      throw new IllegalStateException("no commit: " + commit);
    } catch (RuntimeException e) {
      throw unexpected(call, e);
    }
  }

  HubCall post(String path, JsonObject body) {
    return HubCall.post(http.resolve(path), "application/json", Payload.of(body));
  }

  URI page(String commit) {
    return http.resolve("/" + repositoryId + "/commit/" + commit);
  }

  /** The entries of a list, or of the list "files", by their member "path". */
  static Map<String, JsonObject> byPath(HubCall call, JsonElement answer) throws HubException {
    Map<String, JsonObject> entries = new HashMap<>();
    try {
      JsonElement list =
          answer.isJsonArray() ? answer : answer.getAsJsonObject().getAsJsonArray("files");
      for (JsonElement entry : list.getAsJsonArray()) {
        entries.put(entry.getAsJsonObject().get("path").getAsString(), entry.getAsJsonObject());
      }
    } catch (RuntimeException e) {
      throw unexpected(call, e);
    }
    return entries;
  }

  static HubException unexpected(HubCall call, RuntimeException e) {
    return new HubException(
        Reason.PROTOCOL,
        call.shown() + ": not the answer of a Hub (" + e.getMessage() + "); check HF_ENDPOINT",
        e);
  }
}
