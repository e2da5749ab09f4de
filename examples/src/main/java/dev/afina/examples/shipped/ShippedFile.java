package dev.afina.examples.shipped;

import dev.afina.data.CsvFormat;
import dev.afina.data.Dataset;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** A file in the jar of the examples. */
record ShippedFile(String folder, String name) {

  /** Data sets are read from files, so the resource becomes one for a moment. */
  Dataset csv(CsvFormat format) throws IOException {
    Path file = Files.createTempFile(folder + "-", "-" + name);
    try (InputStream in = open()) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return Dataset.csv(file, format);
    } finally {
      Files.delete(file);
    }
  }

  List<String> lines() throws IOException {
    try (InputStream in = open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  /** Its content; empty where there is no such file. */
  Optional<byte[]> bytes() throws IOException {
    try (InputStream in = ShippedFile.class.getResourceAsStream(path())) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    }
  }

  private String path() {
    return "/" + folder + "/" + name;
  }

  private InputStream open() throws IOException {
    InputStream in = ShippedFile.class.getResourceAsStream(path());
    if (in == null) {
      throw new FileNotFoundException(path() + ": not in the jar of the examples");
    }
    return in;
  }
}
