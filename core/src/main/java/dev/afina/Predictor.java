package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import java.util.ArrayList;
import java.util.List;

/**
 * Says something of texts: what an application depends on, so that its tests need no model. Each
 * {@link TextModel} is one. A test's own is one line:
 *
 * <pre>{@code
 * Labels labels = Labels.of("billing", "delivery");
 * Predictor<Prediction> billing =
 *     data -> Collections.nCopies(data.size(), Prediction.of(labels, 3, 0));
 * }</pre>
 *
 * @param <P> what it says of one text
 */
@FunctionalInterface
public interface Predictor<P> {

  /**
   * What it says of many texts or pairs, in their order; labels and values in the data are not
   * looked at.
   */
  List<P> predict(Dataset data);

  /**
   * What it says of many texts, in their order.
   *
   * @throws IllegalArgumentException when one is null, naming it
   */
  default List<P> predict(List<String> texts) {
    List<Example> examples = new ArrayList<>(texts.size());
    for (String text : texts) {
      if (text == null) {
        throw new IllegalArgumentException(
            "text " + examples.size() + " (counted from 0) is null; an empty text is \"\"");
      }
      examples.add(Example.of(text));
    }
    return predict(Dataset.of(examples));
  }

  /** What it says of a text. */
  default P predict(String text) {
    return predict(Dataset.of(Example.of(text))).get(0);
  }

  /** What it says of a pair of texts. */
  default P predict(String text, String pair) {
    return predict(Dataset.of(Example.ofPair(text, pair))).get(0);
  }
}
