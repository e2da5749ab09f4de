package dev.afina.examples;

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
import java.util.stream.IntStream;

/**
 * The data set that comes with the examples; src/main/resources/banking77/README.md describes it.
 */
final class Banking77 {
  static final String ATTRIBUTION =
      "Data: BANKING77, Casanueva et al. 2020, https://arxiv.org/abs/2003.04807, licence CC BY 4.0";

  private Banking77() {}

  static Dataset train() throws IOException {
    return csv("train.csv.gz");
  }

  static Dataset test() throws IOException {
    return csv("test.csv.gz");
  }

  /** All 77 intents. */
  static List<String> intents() throws IOException {
    try (InputStream in = open("labels.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  /** So many of them, spread evenly, because neighbours in the list are about similar things. */
  static List<String> intents(int count) throws IOException {
    List<String> all = intents();
    return IntStream.range(0, count).mapToObj(i -> all.get(i * all.size() / count)).toList();
  }

  /** Data sets are read from files, so the resource becomes one for a moment. */
  private static Dataset csv(String name) throws IOException {
    Path file = Files.createTempFile("banking77-", "-" + name);
    try (InputStream in = open(name)) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return Dataset.csv(file, CsvFormat.withHeader().label("category"));
    } finally {
      Files.delete(file);
    }
  }

  private static InputStream open(String name) throws IOException {
    InputStream in = Banking77.class.getResourceAsStream("/banking77/" + name);
    if (in == null) {
      throw new FileNotFoundException("/banking77/" + name + ": not in the jar of the examples");
    }
    return in;
  }
}
