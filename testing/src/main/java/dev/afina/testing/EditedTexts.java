package dev.afina.testing;

import dev.afina.Predictor;
import java.util.ArrayList;
import java.util.List;

/** What a predictor says of texts as they are and of the same texts after an edit. */
final class EditedTexts<P> {
  record Pair<P>(String before, String after, P saidBefore, P saidAfter) {}

  private final List<Pair<P>> pairs;

  /**
   * @throws AssertionError when the edit changes no text: such a test could not fail
   */
  EditedTexts(Predictor<P> predictor, Edit edit, List<String> texts) {
    List<String> before = new ArrayList<>();
    List<String> after = new ArrayList<>();
    for (String text : texts) {
      String edited = edit.apply(text);
      if (!edited.equals(text)) {
        before.add(text);
        after.add(edited);
      }
    }
    if (before.isEmpty()) {
      throw new AssertionError(
          "%s: changes none of %s texts, so nothing is tested".formatted(edit, texts.size()));
    }
    List<P> saidBefore = predictor.predict(before);
    List<P> saidAfter = predictor.predict(after);
    pairs = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      pairs.add(new Pair<>(before.get(i), after.get(i), saidBefore.get(i), saidAfter.get(i)));
    }
  }

  List<Pair<P>> pairs() {
    return pairs;
  }
}
