package dev.afina.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.hub.HubException.Reason;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests the list of a commit's files, page by page. */
final class HubListing {
  /** Far more files than any model has, to stop an endless listing. */
  private static final int MOST_FILES = 1_000_000;

  private static final int LONGEST_PATH = 4096;

  private static final Pattern NEXT_PAGE = Pattern.compile("<([^>]*)>\\s*;\\s*rel=\"next\"");

  private final HubHttp http;
  private final RepositoryKind kind;

  HubListing(HubHttp http, RepositoryKind kind) {
    this.http = http;
    this.kind = kind;
  }

  /**
   * Reads the listing.
   *
   * @param commit repository and commit
   * @param once whether to send each request only once
   * @return the files, sorted by path
   */
  List<HubFile> read(ModelReference commit, boolean once) throws IOException {
    List<HubFile> files = new ArrayList<>();
    Optional<URI> page =
        Optional.of(
            http.resolve(
                kind.api()
                    + commit.repositoryId()
                    + "/tree/"
                    + commit.revision()
                    + "?recursive=true&expand=false"));
    while (page.isPresent()) {
      HubCall call = HubCall.get(page.get());
      int before = files.size();
      try (HubResponse response = http.send(once ? call.once() : call)) {
        addFiles(response.json(), call, files);
        page = nextPage(response);
      }
      if (files.size() > MOST_FILES || (page.isPresent() && files.size() == before)) {
        throw new HubException(
            Reason.PROTOCOL, call.shown() + ": a listing that does not end; is this a Hub?");
      }
    }
    files.sort(Comparator.comparing(HubFile::path));
    return List.copyOf(files);
  }

  private static Optional<URI> nextPage(HubResponse response) throws HubException {
    Matcher next = NEXT_PAGE.matcher(response.header("Link").orElse(""));
    if (!next.find()) {
      return Optional.empty();
    }
    try {
      return Optional.of(response.call().uri().resolve(next.group(1)));
    } catch (IllegalArgumentException e) {
      throw new HubException(
          Reason.PROTOCOL,
          response.call().shown() + ": the link to the next page is no address",
          e);
    }
  }

  private static void addFiles(JsonElement answer, HubCall call, List<HubFile> files)
      throws HubException {
    try {
      for (JsonElement element : answer.getAsJsonArray()) {
        JsonObject entry = element.getAsJsonObject();
        if (!entry.get("type").getAsString().equals("file")) {
          continue;
        }
        String path = entry.get("path").getAsString();
        if (path.length() > LONGEST_PATH) {
          throw new IllegalArgumentException("a path of " + path.length() + " characters");
        }
        JsonElement lfs = entry.get("lfs");
        JsonObject large = lfs == null || lfs.isJsonNull() ? null : lfs.getAsJsonObject();
        JsonElement xet = entry.get("xetHash");
        files.add(
            new HubFile(
                path,
                JsonValues.size((large == null ? entry : large).get("size")),
                entry.get("oid").getAsString(),
                large == null ? null : large.get("oid").getAsString(),
                xet == null || xet.isJsonNull() ? null : xet.getAsString()));
      }
    } catch (IllegalStateException
        | NullPointerException
        | ClassCastException
        | IllegalArgumentException
        | UnsupportedOperationException e) {
      throw new HubException(
          Reason.PROTOCOL,
          call.shown()
              + ": not a listing of files"
              + (e instanceof IllegalArgumentException ? " (" + e.getMessage() + ")" : "")
              + "; is the endpoint a Hub? check HF_ENDPOINT",
          e);
    }
  }
}
