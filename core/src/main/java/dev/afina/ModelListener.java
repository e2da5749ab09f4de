package dev.afina;

import dev.afina.internal.serving.ModelListeners;
import java.time.Duration;
import java.util.List;

/**
 * Receives events of a model in service, for metrics; set by {@link ServingOptions#listener}. For
 * the current load see {@link TextModel#inFlight}; for trainings see {@link
 * dev.afina.training.TrainingListener}.
 *
 * <p>Called concurrently, so an implementation must be thread safe. The threads are those that call
 * the model or, for {@code predictAsync}, the one that completes the future; never one that
 * computes. The caller waits, so be quick. Anything it throws is logged and does not affect the
 * prediction. It must neither close nor swap the model, because that waits for the call being
 * reported; do so on another thread. Evaluations, explanations and passes with dropout cause no
 * events; of embeddings, only refusals, missed deadlines and failures do.
 */
public interface ModelListener {

  /** A listener that does nothing. */
  ModelListener NONE = new ModelListener() {};

  /**
   * Combines several listeners into one. Each receives every event, in the given order, whatever
   * the others throw.
   */
  static ModelListener all(ModelListener... listeners) {
    return new ModelListeners(List.of(listeners));
  }

  /** Called when a call has its predictions. */
  default void answered(Answer answer) {}

  /**
   * Called for a batch that was computed. Each batch is reported once, to the listener of the first
   * call that ends with a text in it; models that share weights share batches. A batch that is
   * still being computed when all its callers have given up is not reported.
   */
  default void computed(Batch batch) {}

  /** Called when a text is rejected because of overload. */
  default void refused(OverloadedException refusal) {}

  /** Called when a call exceeds its deadline. */
  default void deadlineMissed(DeadlineExceededException miss) {}

  /** Called when the future of a call is cancelled before it has a prediction. */
  default void cancelled() {}

  /** Called when a call fails for another reason. */
  default void failed(Throwable failure) {}

  /** A successful call. Immutable. */
  final class Answer {
    private final List<?> predictions;
    private final long tokens;
    private final Duration queued;
    private final Duration total;

    private Answer(List<?> predictions, long tokens, Duration queued, Duration total) {
      this.predictions = List.copyOf(predictions);
      this.tokens = tokens;
      this.queued = queued;
      this.total = total;
    }

    /** Creates an instance, for tests of a listener. */
    public static Answer of(List<?> predictions, long tokens, Duration queued, Duration total) {
      return new Answer(predictions, tokens, queued, total);
    }

    /** The predictions, as the model's {@code predict} returned them. Unmodifiable. */
    public List<?> predictions() {
      return predictions;
    }

    /** The number of texts. */
    public int texts() {
      return predictions.size();
    }

    /** The number of tokens of all texts, special tokens included, as they were computed. */
    public long tokens() {
      return tokens;
    }

    /** The time from the end of tokenization until the computation of the first text began. */
    public Duration queued() {
      return queued;
    }

    /** The time of the whole call: tokenizing, waiting and computing. */
    public Duration total() {
      return total;
    }

    @Override
    public String toString() {
      return texts()
          + " texts of "
          + tokens
          + " tokens in "
          + total.toMillis()
          + " ms, of which "
          + queued.toMillis()
          + " queued";
    }
  }

  /** A batch of texts that were computed together. Immutable. */
  final class Batch {
    private final int texts;
    private final int tokens;
    private final Duration time;

    private Batch(int texts, int tokens, Duration time) {
      this.texts = texts;
      this.tokens = tokens;
      this.time = time;
    }

    /** Creates an instance, for tests of a listener. */
    public static Batch of(int texts, int tokens, Duration time) {
      return new Batch(texts, tokens, time);
    }

    /** The number of texts, or windows of texts, of all callers. */
    public int texts() {
      return texts;
    }

    /** The number of their tokens. */
    public int tokens() {
      return tokens;
    }

    /** The time it took to compute. */
    public Duration time() {
      return time;
    }

    @Override
    public String toString() {
      return texts + " texts of " + tokens + " tokens in " + time.toMillis() + " ms";
    }
  }
}
