package dev.afina.examples;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Data that a tiny model learns in a second, and that model. */
public final class Samples {
  public static final List<String> CARD =
      List.of("card lost", "my card is gone", "new card please", "card");
  public static final List<String> MONEY =
      List.of("send money", "money to a friend", "where is my money", "money");

  private Samples() {}

  /** The folder of a tiny BERT with random weights. */
  public static String checkpoint() {
    URL config = Objects.requireNonNull(Samples.class.getResource("/tiny-bert/config.json"));
    try {
      return String.valueOf(Path.of(config.toURI()).getParent());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** 2 × 4 × {@code repeats} rows under the header {@code text,label}. */
  public static Path csv(Path file, int repeats) throws IOException {
    List<String> lines = new ArrayList<>(List.of("text,label"));
    for (int i = 0; i < repeats; i++) {
      CARD.forEach(text -> lines.add(text + ",card"));
      MONEY.forEach(text -> lines.add('"' + text + "\",money"));
    }
    return Files.write(file, lines);
  }

  /** The same rows, with members {@code question} and {@code intent}. */
  public static Path jsonLines(Path file, int repeats) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < repeats; i++) {
      CARD.forEach(text -> lines.add(json(text, "card")));
      MONEY.forEach(text -> lines.add(json(text, "money")));
    }
    return Files.write(file, lines);
  }

  private static String json(String question, String intent) {
    JsonObject object = new JsonObject();
    object.addProperty("question", question);
    object.addProperty("intent", intent);
    return object.toString();
  }
}
