package dev.afina.data;

import dev.afina.hub.HubClient;
import dev.afina.hub.HubException;
import dev.afina.hub.HubFile;
import dev.afina.hub.ModelReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The files of a data set at one revision. */
sealed interface DataRepository {
  String CARD = "README.md";

  /** The name of the data set in messages. */
  String description();

  /** All files, with {@code /} between folders, sorted. */
  List<String> paths() throws IOException;

  /** Downloads files if necessary. Returns the folder that the paths are relative to. */
  Path fetch(List<String> paths) throws IOException;

  /** The Hub's Parquet conversion of the data set, if there is one. */
  Optional<DataRepository> converted() throws IOException;

  /** A local folder with the files of a repository. */
  record Folder(Path folder) implements DataRepository {
    @Override
    public String description() {
      return folder.toString();
    }

    @Override
    public List<String> paths() throws IOException {
      try (Stream<Path> files = Files.walk(folder)) {
        return files
            .filter(Files::isRegularFile)
            .map(file -> folder.relativize(file).toString().replace('\\', '/'))
            .sorted()
            .toList();
      }
    }

    @Override
    public Path fetch(List<String> paths) {
      return folder;
    }

    @Override
    public Optional<DataRepository> converted() {
      return Optional.empty();
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
      if (reference.revision().equals(CONVERTED)) {
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
  }
}
