package dev.afina.data;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;

/** Files for the reader tests: the committed ones, and small ones written on the spot. */
final class DatasetFixtures {
  private DatasetFixtures() {}

  static Path committed(String name) throws URISyntaxException {
    return resource("/data/" + name);
  }

  static Path resource(String name) throws URISyntaxException {
    return Path.of(Objects.requireNonNull(DatasetFixtures.class.getResource(name), name).toURI());
  }

  static Path write(Path folder, String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  /** One byte a character, so that any byte can be written. */
  static Path writeBytes(Path folder, String name, String latin1) throws IOException {
    return Files.write(folder.resolve(name), latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The name says nothing about gzip: the reader goes by the content. */
  static Path writeGzip(Path folder, String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(content);
    }
    return file;
  }
}
