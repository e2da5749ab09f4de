package dev.afina.robustness.mutation;

import dev.afina.Classifier;
import dev.afina.card.ModelCard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a push does with a README.md that is there. */
final class Cards {
  /** Stands in the card, written by a person. */
  static final String BY_A_PERSON = "Ann wrote this sentence by hand.";

  private static Optional<ModelCard> card = Optional.empty();

  private Cards() {}

  /** Brings a generated card into the folder's, twice: the second time changes nothing. */
  static String merge(Path folder, Path scratch) throws IOException {
    Path file = folder.resolve("README.md");
    boolean byAPerson = Files.exists(file) && read(file).contains(BY_A_PERSON);
    card(scratch).writeTo(folder);
    String once = read(file);
    card(scratch).writeTo(folder);
    if (!read(file).equals(once)) {
      throw new AssertionError("the second merge changes the card");
    }
    if (byAPerson && !once.contains(BY_A_PERSON)) {
      throw new AssertionError("what a person wrote is gone");
    }
    return once;
  }

  // As bytes: a card need not be UTF-8.
  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }

  /** Made once: it holds nothing of the classifier. */
  private static ModelCard card(Path scratch) throws IOException {
    if (card.isEmpty()) {
      Path model = scratch.resolve("model");
      new Workspace(model).hold(Fixtures.model("bert"));
      try (Classifier classifier = Classifier.load(model)) {
        card = Optional.of(classifier.card("tester/tiny").language("en").license("mit").build());
      }
    }
    return card.get();
  }
}
