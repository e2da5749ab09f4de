package dev.afina.testing;

import dev.afina.Predictor;
import java.util.ArrayList;
import java.util.List;

/** Predictions for texts before and after an edit. */
final class EditedTexts<P> {
  record Pair<P>(String before, String after, P predictionBefore, P predictionAfter) {}

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
    List<P> predictionBefore = predictor.predict(before);
    List<P> predictionAfter = predictor.predict(after);
    pairs = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      pairs.add(
          new Pair<>(before.get(i), after.get(i), predictionBefore.get(i), predictionAfter.get(i)));
    }
  }

  List<Pair<P>> pairs() {
    return pairs;
  }
}
