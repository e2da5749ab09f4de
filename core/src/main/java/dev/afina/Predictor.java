package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

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
    return predict(TextEncoder.dataset(texts));
  }

  /** What it says of a text. */
  default P predict(String text) {
    return predict(Dataset.of(Example.of(text))).get(0);
  }

  /** What it says of a pair of texts. */
  default P predict(String text, String pair) {
    return predict(Dataset.of(Example.ofPair(text, pair))).get(0);
  }

  /**
   * What it will say of a text, without a thread that waits: here by {@link #predict(String)} in
   * the common pool. Models do better, see {@link TextModel#predictAsync(String)}.
   */
  default CompletableFuture<P> predictAsync(String text) {
    return CompletableFuture.supplyAsync(() -> predict(text));
  }

  /** What it will say of a pair of texts. */
  default CompletableFuture<P> predictAsync(String text, String pair) {
    return CompletableFuture.supplyAsync(() -> predict(text, pair));
  }

  /**
   * What it says of texts that need not fit into memory, in their order:
   *
   * <pre>{@code
   * try (Stream<String> lines = Files.lines(file);
   *     Stream<Prediction> predictions = classifier.predict(lines.map(Example::of))) {
   *   predictions.forEach(System.out::println);
   * }
   * }</pre>
   *
   * <p>Nothing happens before the first prediction is asked for. Then some texts are taken and
   * computed together by the thread that asks: 16 at first, ever more up to 512 or a million
   * characters. So at most that many are ahead, and nothing is queued while nobody asks. A text
   * that fails does so when its turn comes, after the predictions of those before it.
   *
   * @param texts read by the thread that asks, and closed by closing the stream
   * @return ends with an IllegalArgumentException or IllegalStateException that names the text, by
   *     its number from 0, when one is null or fails
   */
  default Stream<P> predict(Stream<Example> texts) {
    return predict(texts, done -> {});
  }

  /**
   * The same, and shows how far it is.
   *
   * @param progress is told the number of texts that have predictions, after each group of texts
   */
  default Stream<P> predict(Stream<Example> texts, LongConsumer progress) {
    return PredictionIterator.stream(
        new PredictionIterator<>(this, texts.iterator(), progress), texts::close);
  }

  /**
   * What it says of texts that need not fit into memory, as {@link #predict(Stream)} does it. Who
   * catches the exception of a text may go on with the next one; after an exception of {@code
   * texts} itself there is none.
   */
  default Iterator<P> predict(Iterator<Example> texts) {
    return new PredictionIterator<>(this, texts, done -> {});
  }
}
