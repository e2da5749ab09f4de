package dev.afina.examples.shipped;

import dev.afina.data.CsvFormat;
import dev.afina.data.Dataset;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/** Questions of a bank's customers; src/main/resources/banking77/README.md describes them. */
public final class Banking77 {
  public static final String ATTRIBUTION =
      "Data: BANKING77, Casanueva et al. 2020, https://arxiv.org/abs/2003.04807, licence CC BY 4.0";

  private static final CsvFormat FORMAT = CsvFormat.withHeader().label("category");

  private Banking77() {}

  public static Dataset train() throws IOException {
    return file("train.csv.gz").csv(FORMAT);
  }

  public static Dataset test() throws IOException {
    return file("test.csv.gz").csv(FORMAT);
  }

  /** All 77 intents. */
  public static List<String> intents() throws IOException {
    return file("labels.txt").lines();
  }

  /** So many of them, spread evenly, because neighbours in the list are about similar things. */
  public static List<String> intents(int count) throws IOException {
    List<String> all = intents();
    return IntStream.range(0, count).mapToObj(i -> all.get(i * all.size() / count)).toList();
  }

  private static ShippedFile file(String name) {
    return new ShippedFile("banking77", name);
  }
}
