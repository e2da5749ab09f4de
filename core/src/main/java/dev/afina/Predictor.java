package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.internal.text.TextEncoder;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Predicts something about texts. Let an application depend on this interface, so that its tests
 * need no model. Every {@link TextModel} implements it; a fake for tests takes one line:
 *
 * <pre>{@code
 * Labels labels = Labels.of("billing", "delivery");
 * Predictor<Prediction> billing =
 *     data -> Collections.nCopies(data.size(), Prediction.of(labels, 3, 0));
 * }</pre>
 *
 * @param <P> the prediction for one text
 */
@FunctionalInterface
public interface Predictor<P> {

  /**
   * Predicts many texts or pairs, in the order of {@code data}, whose labels and values are
   * ignored.
   */
  List<P> predict(Dataset data);

  /**
   * Predicts many texts, in the order of the list.
   *
   * @throws IllegalArgumentException if a text is null; the message has its index
   */
  default List<P> predict(List<String> texts) {
    return predict(TextEncoder.dataset(texts));
  }

  /** Predicts a text. */
  default P predict(String text) {
    return predict(Dataset.of(Example.of(text))).get(0);
  }

  /** Predicts a pair of texts. */
  default P predict(String text, String pair) {
    return predict(Dataset.of(Example.ofPair(text, pair))).get(0);
  }

  /**
   * Predicts a text asynchronously. This default calls {@link #predict(String)} in the common pool;
   * models do not block a thread, see {@link TextModel#predictAsync(String)}.
   */
  default CompletableFuture<P> predictAsync(String text) {
    return CompletableFuture.supplyAsync(() -> predict(text));
  }

  /** Predicts a pair of texts asynchronously. */
  default CompletableFuture<P> predictAsync(String text, String pair) {
    return CompletableFuture.supplyAsync(() -> predict(text, pair));
  }

  /**
   * Predicts a stream of texts, which need not fit into memory, in their order:
   *
   * <pre>{@code
   * try (Stream<String> lines = Files.lines(file);
   *     Stream<Prediction> predictions = classifier.predict(lines.map(Example::of))) {
   *   predictions.forEach(System.out::println);
   * }
   * }</pre>
   *
   * <p>The stream is lazy. When a prediction is requested, the requesting thread takes a group of
   * texts and computes them together: 16 texts at first, then larger groups of up to 512 texts or
   * one million characters (of both texts, if they are pairs). So it never reads further ahead than
   * that. If a group fails, its texts are predicted one by one: if a text fails, the predictions of
   * the texts before it are returned first.
   *
   * <p>For a model and a {@link ModelHandle}, a stream waits for its turn: it is never rejected,
   * and {@link ServingOptions#deadline} does not hold for it, because whoever reads it may stop at
   * any prediction.
   *
   * @param texts read by the requesting thread; closed when the returned stream is closed
   * @return a stream that throws IllegalArgumentException or IllegalStateException, with the index
   *     of the text, if a text is null or fails so; other exceptions of {@link #predict(Dataset)}
   *     and of {@code texts} are thrown as they are
   */
  default Stream<P> predict(Stream<Example> texts) {
    return predict(texts, done -> {});
  }

  /**
   * Predicts a stream of texts as {@link #predict(Stream)} does, and reports progress.
   *
   * @param progress called after each group of texts with the number of texts read so far that have
   *     a prediction or have failed
   */
  default Stream<P> predict(Stream<Example> texts, LongConsumer progress) {
    return PredictionIterator.stream(
        new PredictionIterator<>(this, texts.iterator(), progress), texts::close);
  }

  /**
   * Predicts texts that need not fit into memory, as {@link #predict(Stream)} does. Each text has a
   * prediction or an exception of its own: after it the caller may go on with the next text. After
   * an exception of {@code texts} itself there are no more.
   */
  default Iterator<P> predict(Iterator<Example> texts) {
    return new PredictionIterator<>(this, texts, done -> {});
  }
}
