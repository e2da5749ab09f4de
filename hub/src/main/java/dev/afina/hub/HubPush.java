package dev.afina.hub;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.hub.HubException.Reason;
import dev.afina.internal.files.FolderFiles;
import dev.afina.internal.files.SmallFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates and changes a model's repository on the Hub: uploads folders, creates branches and tags.
 * Needs a token with write access. Created by {@link HubClient#push}.
 *
 * <p>An upload becomes visible with its commit, which is the last step. If anything fails before,
 * no branch has changed; large files that were already sent need not be sent again on the next try.
 *
 * <p>Immutable and thread safe.
 */
public final class HubPush {
  /** Who may see a repository. */
  public enum Visibility {
    /** Everybody. */
    PUBLIC,
    /** Its owner. */
    PRIVATE
  }

  private static final Logger LOG = LoggerFactory.getLogger(HubPush.class);
  private static final SmallFile TEXT = SmallFile.text(16 << 20);
  private static final int SAMPLE = 512; // bytes by which the Hub tells text from the rest

  private final HubHttp http;
  private final RetryPolicy retry;
  private final HubClient client;
  private final String repositoryId;
  private final RepositoryApi api;

  HubPush(HubClient client, HubHttp http, RetryPolicy retry, String repositoryId) {
    this.client = client;
    this.http = http;
    this.retry = retry;
    this.repositoryId = repositoryId;
    this.api = new RepositoryApi(http, repositoryId);
  }

  /**
   * Creates the repository unless it exists. The visibility of an existing repository is not
   * changed.
   *
   * @param visibility who may see the new repository
   * @return whether it was created
   * @throws HubException if the token does not permit it, or the Hub cannot be reached
   */
  public boolean create(Visibility visibility) throws IOException {
    return http.guarded(() -> created(visibility));
  }

  private boolean created(Visibility visibility) throws IOException {
    int slash = repositoryId.indexOf('/');
    JsonObject body = new JsonObject();
    body.addProperty("name", repositoryId.substring(slash + 1));
    body.addProperty("organization", repositoryId.substring(0, slash));
    body.addProperty("type", "model");
    body.addProperty("visibility", visibility == Visibility.PRIVATE ? "private" : "public");
    for (int attempt = 1; ; attempt++) {
      try {
        http.send(api.post("/api/repos/create", body)).close();
        LOG.info("created {}/{}", http.endpoint(), repositoryId);
        return true;
      } catch (HubException e) {
        boolean busy = e.status() == 409 && String.valueOf(e.getMessage()).contains("in progress");
        if (busy && attempt <= retry.retries()) {
          HubHttp.sleep(retry.pause(attempt));
        } else if (e.status() == 409 && !busy) {
          return false;
        } else if (Set.of(401, 402, 403).contains(e.status()) && exists()) {
          return false; // a token for this repository alone may write to it but not create any
        } else {
          throw e;
        }
      }
    }
  }

  private boolean exists() throws IOException {
    try {
      http.send(HubCall.get(http.resolve("/api/models/" + repositoryId))).close();
      return true;
    } catch (HubException e) {
      if (e.status() == 0) {
        throw e;
      }
      return false;
    }
  }

  /**
   * Creates a branch unless it exists. An existing branch is not moved.
   *
   * @param name the name of the branch
   * @param from the branch, tag or commit at which it starts
   * @return whether it was created
   * @throws IllegalArgumentException if git does not allow the name
   * @throws HubException if there is no such revision, the token does not permit it, or the Hub
   *     cannot be reached
   */
  public boolean createBranch(String name, String from) throws IOException {
    new ModelReference(repositoryId, name); // checks it
    JsonObject body = new JsonObject();
    body.addProperty("startingPoint", from);
    return createReference("branch/" + HubHttp.encoded(name), body);
  }

  /**
   * Creates a tag unless it exists. An existing tag is not moved.
   *
   * @param name the name of the tag
   * @param revision the branch, tag or commit to tag
   * @param message the tag's message; may be empty
   * @return whether it was created
   * @throws IllegalArgumentException if git does not allow the name
   * @throws HubException if there is no such revision, the token does not permit it, or the Hub
   *     cannot be reached
   */
  public boolean createTag(String name, String revision, String message) throws IOException {
    new ModelReference(repositoryId, name); // checks it
    JsonObject body = new JsonObject();
    body.addProperty("tag", name);
    if (!message.isEmpty()) {
      body.addProperty("message", message);
    }
    return createReference("tag/" + HubHttp.encoded(revision), body);
  }

  private boolean createReference(String path, JsonObject body) throws IOException {
    return http.guarded(() -> createdReference(path, body));
  }

  private boolean createdReference(String path, JsonObject body) throws IOException {
    try {
      http.send(api.post("/api/models/" + repositoryId + "/" + path, body)).close();
      return true;
    } catch (HubException e) {
      if (e.status() == 409) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Uploads files in one commit.
   *
   * <p>The Hub validates the model card (README.md) first. Files that the repository already has
   * are skipped; if none remain, no commit is made. If the answer to the commit request is lost,
   * the repository is checked before the request is repeated, so a commit is never made twice.
   *
   * @param upload the files and where they go
   * @return the commit
   * @throws HubException if the Hub cannot be reached or refuses: {@link Reason#CONFLICT} if the
   *     branch is no longer at {@link HubUpload.Builder#parentCommit}, {@link Reason#INVALID} if
   *     the card's metadata is invalid, {@link Reason#REPOSITORY_NOT_FOUND} before {@link #create}
   * @throws IOException if a file or a folder cannot be read, or there is no file to upload, in
   *     which case nothing is deleted either
   */
  public HubCommit upload(HubUpload upload) throws IOException {
    return http.guarded(() -> uploaded(upload));
  }

  private HubCommit uploaded(HubUpload upload) throws IOException {
    SortedMap<String, Path> files = files(upload);
    if (files.isEmpty()) {
      throw new IOException(
          upload.folder()
              + (upload.deletePatterns().isEmpty()
                  ? ": no file to upload"
                  : ": no file to upload, so nothing is deleted either")
              + "; check the folder and the patterns");
    }
    Path card = files.get("README.md");
    if (card != null) {
      requireValid(card);
    }
    String head = api.head(upload.revision());
    if (upload.parentCommit().filter(parent -> !parent.equals(head)).isPresent()) {
      throw new HubException(
          Reason.CONFLICT,
          repositoryId
              + "@"
              + upload.revision()
              + ": is at "
              + head
              + ", expected the parent commit "
              + upload.parentCommit().orElseThrow()
              + "; someone else changed it: read it again and repeat");
    }
    List<UploadFile> changed = changed(upload, files);
    List<String> deleted = deleted(upload, files.keySet(), head);
    if (changed.isEmpty() && deleted.isEmpty()) {
      LOG.info("{}: nothing has changed since commit {}", repositoryId, head);
      return new HubCommit(head, api.page(head), Optional.empty(), false);
    }
    List<UploadFile> large = changed.stream().filter(UploadFile::large).toList();
    if (!large.isEmpty()) {
      new LfsUpload(http, repositoryId, upload.listener())
          .run(large, upload.pullRequest() ? Optional.empty() : Optional.of(upload.revision()));
    }
    HubCommit commit = new CommitRequest(api, retry, upload, head, changed, deleted).send();
    LOG.info(
        "{}: {} files uploaded, {} deleted, commit {}",
        repositoryId,
        changed.size(),
        deleted.size(),
        commit.id());
    return commit;
  }

  /** The files to upload by their path in the repository. */
  private static SortedMap<String, Path> files(HubUpload upload) throws IOException {
    SortedMap<String, Path> found =
        FolderFiles.of(
            upload.folder(),
            HubPush::isNoContent,
            (problem, cause) -> {
              throw new IOException(
                  problem
                      + ", so nothing was uploaded; mend its permissions, or move it out of "
                      + upload.folder(),
                  cause);
            });
    SortedMap<String, Path> chosen = new TreeMap<>();
    for (String path : upload.choice().choose(List.copyOf(found.keySet()))) {
      Path file = found.get(path);
      if (file == null) {
        throw new IllegalArgumentException(
            "files: \"" + path + "\" is chosen, but is not in " + upload.folder());
      }
      chosen.put(upload.target() + path, file);
    }
    return chosen;
  }

  /** Folders that git and the Hub's client keep beside the files. */
  private static boolean isNoContent(String folder) {
    String path = "/" + folder;
    return path.endsWith("/.git") || path.endsWith("/.cache/huggingface");
  }

  private void requireValid(Path card) throws IOException {
    JsonObject body = new JsonObject();
    body.addProperty("content", TEXT.string(card));
    body.addProperty("repoType", "model");
    try {
      JsonElement answer = http.sendForJson(api.post("/api/validate-yaml", body));
      if (answer instanceof JsonObject object && object.get("warnings") instanceof JsonArray all) {
        for (JsonElement warning : all) {
          JsonElement words = warning instanceof JsonObject w ? w.get("message") : warning;
          LOG.warn("{}: {}", card, http.shown(String.valueOf(words)));
        }
      }
    } catch (HubException e) {
      if (e.status() != 400) {
        throw e;
      }
      throw new HubException(
          Reason.INVALID,
          card
              + ": the Hub does not accept the metadata, so nothing was uploaded; mend the lines between --- ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  /** The files that the repository has not yet, with their hashes. */
  private List<UploadFile> changed(HubUpload upload, SortedMap<String, Path> files)
      throws IOException {
    Path ignoring = files.get(".gitignore");
    List<UploadFile> changed = new ArrayList<>();
    List<Map.Entry<String, Path>> all = List.copyOf(files.entrySet());
    for (int start = 0; start < all.size(); start += RepositoryApi.CHUNK) {
      List<Map.Entry<String, Path>> chunk =
          all.subList(start, Math.min(all.size(), start + RepositoryApi.CHUNK));
      JsonArray list = new JsonArray();
      for (Map.Entry<String, Path> file : chunk) {
        list.add(announced(file.getKey(), file.getValue()));
      }
      JsonObject body = new JsonObject();
      body.add("files", list);
      if (ignoring != null) {
        body.addProperty("gitIgnore", TEXT.string(ignoring));
      }
      HubCall call =
          api.post(
              "/api/models/"
                  + repositoryId
                  + "/preupload/"
                  + HubHttp.encoded(upload.revision())
                  + (upload.pullRequest() ? "?create_pr=1" : ""),
              body);
      Map<String, JsonObject> answers = RepositoryApi.byPath(call, http.sendForJson(call));
      for (Map.Entry<String, Path> file : chunk) {
        JsonObject answer = answers.get(file.getKey());
        if (answer == null || !answer.has("uploadMode")) {
          throw RepositoryApi.unexpected(
              call, new IllegalStateException("no mode for " + file.getKey()));
        }
        if (answer.has("shouldIgnore") && answer.get("shouldIgnore").getAsBoolean()) {
          LOG.info("{}: left out, as .gitignore says", file.getKey());
          continue;
        }
        // The storage takes no empty objects.
        boolean large =
            answer.get("uploadMode").getAsString().equals("lfs") && Files.size(file.getValue()) > 0;
        UploadFile hashed = UploadFile.hashed(file.getKey(), file.getValue(), large);
        JsonElement there = answer.get("oid");
        if (there == null
            || there.isJsonNull()
            || !there.getAsString().equals(hashed.hash().value())) {
          changed.add(hashed);
        }
      }
    }
    return changed;
  }

  private static JsonObject announced(String path, Path file) throws IOException {
    byte[] sample;
    try (InputStream in = Files.newInputStream(file)) {
      sample = in.readNBytes(SAMPLE);
    }
    JsonObject entry = new JsonObject();
    entry.addProperty("path", path);
    entry.addProperty("sample", Base64.getEncoder().encodeToString(sample));
    entry.addProperty("size", Files.size(file));
    return entry;
  }

  private List<String> deleted(HubUpload upload, Set<String> uploaded, String head)
      throws IOException {
    if (upload.deletePatterns().isEmpty()) {
      return List.of();
    }
    List<Pattern> patterns = upload.deletePatterns().stream().map(Glob::pattern).toList();
    return client.files(new ModelReference(repositoryId, head)).stream()
        .map(HubFile::path)
        .filter(path -> path.startsWith(upload.target()) && !path.equals(".gitattributes"))
        .filter(path -> Glob.matches(patterns, path.substring(upload.target().length())))
        .filter(path -> !uploaded.contains(path))
        .toList();
  }
}
