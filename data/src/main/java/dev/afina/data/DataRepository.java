package dev.afina.data;

import dev.afina.hub.HubClient;
import dev.afina.hub.HubException;
import dev.afina.hub.HubFile;
import dev.afina.hub.ModelReference;
import dev.afina.internal.files.FolderFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of a data set at one revision. */
sealed interface DataRepository {
  String CARD = "README.md";

  /** The name of the data set in messages. */
  String description();

  /** All files, with {@code /} between folders, sorted. */
  List<String> paths() throws IOException;

  /** Downloads files if necessary. Returns the folder that the paths are relative to. */
  Path fetch(List<String> paths) throws IOException;

  /**
   * The Hub's Parquet conversion of these files, if there is one. Only main has one, so that of
   * another revision would have other rows.
   */
  Optional<DataRepository> converted() throws IOException;

  /** Whether these files are such a conversion. */
  boolean isConversion();

  /** For an error: how to read the conversion where {@link #converted} has none; may be empty. */
  String conversionHint();

  /** A local folder with the files of a repository. */
  record Folder(Path folder) implements DataRepository {
    private static final Logger log = LoggerFactory.getLogger(Folder.class);

    @Override
    public String description() {
      return folder.toString();
    }

    @Override
    public List<String> paths() throws IOException {
      return List.copyOf(
          FolderFiles.of(
                  folder,
                  path -> false,
                  (problem, cause) -> log.warn("{}; going on without its files", problem))
              .keySet());
    }

    @Override
    public Path fetch(List<String> paths) {
      return folder;
    }

    @Override
    public Optional<DataRepository> converted() {
      return Optional.empty();
    }

    @Override
    public boolean isConversion() {
      return false;
    }

    @Override
    public String conversionHint() {
      return "";
    }
  }

  /**
   * A repository of the Hub at one commit.
   *
   * @param client a client for data sets
   * @param reference the reference as the user wrote it
   * @param commit the commit that it points to
   */
  record OnHub(HubClient client, ModelReference reference, ModelReference commit)
      implements DataRepository {
    private static final String CONVERTED = "refs/convert/parquet";

    /** Resolves the revision once, so that all files are from the same commit. */
    static OnHub at(HubClient client, ModelReference reference) throws IOException {
      // The snapshot of the card also records the commit in the cache, for offline use.
      Path snapshot =
          client.snapshot(reference, paths -> paths.stream().filter(CARD::equals).toList());
      return new OnHub(
          client,
          reference,
          new ModelReference(reference.repositoryId(), String.valueOf(snapshot.getFileName())));
    }

    @Override
    public String description() {
      return reference.toString();
    }

    @Override
    public List<String> paths() throws IOException {
      return client.files(commit).stream().map(HubFile::path).toList();
    }

    @Override
    public Path fetch(List<String> paths) throws IOException {
      Set<String> wanted = new HashSet<>(paths);
      return client.snapshot(commit, all -> all.stream().filter(wanted::contains).toList());
    }

    @Override
    public Optional<DataRepository> converted() throws IOException {
      if (!isMain()) {
        return Optional.empty();
      }
      try {
        return Optional.of(at(client, new ModelReference(reference.repositoryId(), CONVERTED)));
      } catch (HubException e) {
        if (e.reason() == HubException.Reason.REVISION_NOT_FOUND) {
          return Optional.empty();
        }
        throw e;
      }
    }

    @Override
    public boolean isConversion() {
      return reference.revision().equals(CONVERTED);
    }

    @Override
    public String conversionHint() {
      return isMain() || isConversion()
          ? ""
          : "; the Hub converts only main to Parquet, and named(\"%s@%s\") reads that"
              .formatted(reference.repositoryId(), CONVERTED);
    }

    private boolean isMain() {
      return reference.revision().equals(ModelReference.DEFAULT_REVISION);
    }
  }
}
