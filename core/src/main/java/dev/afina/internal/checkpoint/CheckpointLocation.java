package dev.afina.internal.checkpoint;

import dev.afina.CheckpointException;
import dev.afina.internal.files.SmallFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of a checkpoint lie: a folder of the file system or one on the class path. Names
 * are relative, with {@code /}.
 */
sealed interface CheckpointLocation {
  /** The files beside the weights: four times the largest tokenizer.json that is known. */
  SmallFile SMALL_FILE =
      new SmallFile(128 << 20, "a file of configuration or vocabulary", CheckpointException::new);

  /** Returns the location as the user wrote it. */
  String description();

  /** Returns a file's name for messages. */
  String describe(String name);

  boolean exists(String name);

  /**
   * Returns the whole content of a small file, empty when there is none.
   *
   * @throws CheckpointException when it is too large for such a file, or for the heap
   */
  Optional<byte[]> read(String name) throws IOException;

  /** Opens a file of any size. */
  Content open(String name) throws IOException;

  /** Returns the names of the files that end so; none on the class path, which cannot be listed. */
  List<String> namesEndingWith(String suffix) throws IOException;

  private static byte[] parsable(byte[] content, String name, String where)
      throws CheckpointException {
    return ParsedSize.requireFits(content, name, where, Runtime.getRuntime().maxMemory());
  }

  /** A folder. */
  record Folder(Path path) implements CheckpointLocation {
    @Override
    public String description() {
      return path.toString();
    }

    @Override
    public String describe(String name) {
      return path.resolve(name).toString();
    }

    @Override
    public boolean exists(String name) {
      return Files.isRegularFile(path.resolve(name));
    }

    @Override
    public Optional<byte[]> read(String name) throws IOException {
      return exists(name)
          ? Optional.of(parsable(SMALL_FILE.bytes(path.resolve(name)), name, describe(name)))
          : Optional.empty();
    }

    @Override
    public Content open(String name) throws IOException {
      return Content.of(path.resolve(name));
    }

    @Override
    public List<String> namesEndingWith(String suffix) throws IOException {
      try (Stream<Path> files = Files.list(path)) {
        return files
            .filter(Files::isRegularFile)
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(suffix))
            .sorted()
            .toList();
      }
    }
  }

  /**
   * Some files of a folder, as if there were no others: those that were chosen and checked.
   *
   * @param names the files
   */
  record Chosen(Folder folder, Set<String> names) implements CheckpointLocation {
    @Override
    public String description() {
      return folder.description();
    }

    @Override
    public String describe(String name) {
      return folder.describe(name);
    }

    @Override
    public boolean exists(String name) {
      return names.contains(name) && folder.exists(name);
    }

    @Override
    public Optional<byte[]> read(String name) throws IOException {
      return names.contains(name) ? folder.read(name) : Optional.empty();
    }

    @Override
    public Content open(String name) throws IOException {
      if (!names.contains(name)) {
        throw new CheckpointException(describe(name) + ": not one of the files in use, " + names);
      }
      return folder.open(name);
    }

    @Override
    public List<String> namesEndingWith(String suffix) throws IOException {
      return folder.namesEndingWith(suffix).stream().filter(names::contains).toList();
    }
  }

  /**
   * A folder on the class path.
   *
   * @param prefix empty or ending with {@code /}
   */
  record ClassPath(String prefix) implements CheckpointLocation {
    @Override
    public String description() {
      return "classpath:" + prefix;
    }

    @Override
    public String describe(String name) {
      return "classpath:" + prefix + name;
    }

    @Override
    public boolean exists(String name) {
      return resource(name) != null;
    }

    @Override
    public Optional<byte[]> read(String name) throws IOException {
      URL url = resource(name);
      if (url == null) {
        return Optional.empty();
      }
      try (InputStream in = connect(url).getInputStream()) {
        return Optional.of(parsable(SMALL_FILE.bytes(in, describe(name)), name, describe(name)));
      }
    }

    /**
     * A resource that is a file is read as one; one in a jar is inflated once, into a file of its
     * own, so that a model of any size needs no memory.
     */
    @Override
    public Content open(String name) throws IOException {
      URL url = resource(name);
      if (url == null) {
        throw new CheckpointException(describe(name) + ": not on the class path");
      }
      if (url.getProtocol().toLowerCase(Locale.ROOT).equals("file")) {
        try {
          return Content.of(Path.of(url.toURI()));
        } catch (URISyntaxException e) {
          throw new CheckpointException(describe(name) + ": not a usable location, " + url, e);
        }
      }
      URLConnection connection = connect(url);
      try (InputStream in = connection.getInputStream()) {
        return Content.copyOf(in, connection.getContentLengthLong(), describe(name));
      }
    }

    @Override
    public List<String> namesEndingWith(String suffix) {
      return List.of();
    }

    private static URLConnection connect(URL url) throws IOException {
      URLConnection connection = url.openConnection();
      connection.setUseCaches(false); // a cached jar stays open, which keeps it from being replaced
      return connection;
    }

    private @Nullable URL resource(String name) {
      ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
      URL url = ofThread == null ? null : ofThread.getResource(prefix + name);
      ClassLoader own = CheckpointLocation.class.getClassLoader();
      return url == null && own != null ? own.getResource(prefix + name) : url;
    }
  }
}
