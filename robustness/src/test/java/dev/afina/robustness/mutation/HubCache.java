package dev.afina.robustness.mutation;

import dev.afina.Classifier;
import dev.afina.hub.HubClient;
import dev.afina.hub.LockFile;
import dev.afina.hub.ModelReference;
import dev.afina.hub.testing.LocalHub;
import dev.afina.internal.files.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A model of the Hub in the cache, and what a user does with it. */
final class HubCache {
  static final String NAME = "tester/tiny";

  /** Runs as long as this process, and so long serves the same commit. */
  private static final LocalHub HUB = start();

  private HubCache() {}

  private static LocalHub start() {
    try {
      // The same ids of commits in each run: a mutation may be of one.
      LocalHub hub = LocalHub.start().commitTime(Instant.EPOCH);
      Fixtures.model("bert")
          .forEach((name, file) -> hub.model(NAME).put(name, ((Entry.Content) file).bytes()));
      return hub;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a download of the model leaves in an empty cache. */
  static Map<String, Entry> files() {
    try {
      Path cache = Files.createTempDirectory("cache");
      try {
        client(cache).build().snapshot(model(), List.of(), List.of());
        client(cache).build().commit(model());
        return entries(cache);
      } finally {
        FileTree.delete(cache);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The model in a folder, with a lock file for it. */
  static Map<String, Entry> lockedFolder() {
    Map<String, Entry> files = new TreeMap<>(Fixtures.model("bert"));
    try {
      Path folder = Files.createTempDirectory("locked");
      try {
        new Workspace(folder).hold(files);
        Path lock = folder.resolve("afina.lock");
        LockFile.of(new ModelReference(NAME, "1".repeat(40)), folder, files.keySet()).write(lock);
        files.put("afina.lock", new Entry.Content(Files.readAllBytes(lock)));
        return files;
      } finally {
        FileTree.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens what is in the cache, as without a network. */
  static String offline(Path cache, Path scratch) throws IOException {
    return predictions(client(cache).offline().build());
  }

  /** Opens the model with the Hub at hand, which may mend the cache. */
  static String online(Path cache, Path scratch) throws IOException {
    return predictions(client(cache).build());
  }

  static String locked(Path folder, Path scratch) throws IOException {
    try (Classifier classifier = Classifier.load(folder.toString(), folder.resolve("afina.lock"))) {
      return Models.predictions(classifier);
    }
  }

  private static String predictions(HubClient client) throws IOException {
    Path snapshot = client.snapshot(model(), List.of(), List.of());
    try (Classifier classifier = Classifier.load(snapshot)) {
      return Models.predictions(classifier);
    }
  }

  private static HubClient.Builder client(Path cache) {
    return HubClient.builder().endpoint(HUB.endpoint().toString()).cache(cache);
  }

  private static ModelReference model() {
    return ModelReference.parse(NAME);
  }

  private static Map<String, Entry> entries(Path folder) throws IOException {
    Map<String, Entry> entries = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.toList()) {
        String name = folder.relativize(path).toString().replace('\\', '/');
        if (Files.isSymbolicLink(path)) {
          entries.put(name, new Entry.Link(Files.readSymbolicLink(path).toString()));
        } else if (Files.isRegularFile(path) && !name.endsWith(".lock")) {
          entries.put(name, new Entry.Content(Files.readAllBytes(path)));
        }
      }
    }
    return entries;
  }
}
