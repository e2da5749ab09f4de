package dev.afina.examples.shipped;

import dev.afina.data.CsvFormat;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Questions of a bank's customers; src/main/resources/banking77/README.md describes them. */
public final class Banking77 {
  public static final String ATTRIBUTION =
      "BANKING77, Casanueva et al. 2020, https://arxiv.org/abs/2003.04807, licence CC BY 4.0";

  /** Those of {@link #topics}. */
  public static final Labels TOPICS = Labels.of("card", "cash", "top-up", "transfer");

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

  /**
   * The questions that are about one of four topics, labelled with it: a part of the intents'
   * names.
   */
  public static Dataset topics(Dataset questions) {
    return questions
        .map(row -> row.withLabel(topic(Objects.requireNonNull(row.label()))))
        .labelled();
  }

  /** A top-up by card is about topping up. */
  private static @Nullable String topic(String intent) {
    if (intent.contains("top_up") || intent.contains("topping_up")) {
      return "top-up";
    }
    if (intent.contains("cash") || intent.contains("atm")) {
      return "cash";
    }
    if (intent.contains("transfer") || intent.contains("beneficiary")) {
      return "transfer";
    }
    return intent.contains("card") ? "card" : null;
  }

  private static ShippedFile file(String name) {
    return new ShippedFile("banking77", name);
  }
}
