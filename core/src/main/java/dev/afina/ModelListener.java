package dev.afina;

import java.time.Duration;
import java.util.List;

/**
 * Is told what a model does, for measurements: set by {@link ServingOptions#listener}. What waits
 * at a moment, {@link TextModel#inFlight} tells. Trainings have a {@link
 * dev.afina.training.TrainingListener}.
 *
 * <p>It is called by the threads that called the model, of a {@code predictAsync} by the thread
 * that completes it, and of many at the same time; never by a thread that computes. The caller
 * waits, so be quick. Whatever it throws is logged, and the prediction is not touched by it.
 * Evaluations, and passes with dropout, are not told.
 */
public interface ModelListener {

  /** Does nothing. */
  ModelListener NONE = new ModelListener() {};

  /** Several as one; each is told everything, in their order, whatever the others throw. */
  static ModelListener all(ModelListener... listeners) {
    return new ModelListeners(List.of(listeners));
  }

  /** A call has its predictions. */
  default void answered(Answer answer) {}

  /**
   * A batch was computed in which this listener's model had texts, perhaps beside those of other
   * callers; told once, soon afterwards.
   */
  default void computed(Batch batch) {}

  /** A text was refused. */
  default void refused(OverloadedException refusal) {}

  /** A call did not end in time. */
  default void deadlineMissed(DeadlineExceededException miss) {}

  /** The future of a call was cancelled before it had a prediction. */
  default void cancelled() {}

  /** A call failed for another reason. */
  default void failed(Throwable failure) {}

  /** A call that has its predictions. Immutable. */
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

    /** One with these values, for tests of a listener. */
    public static Answer of(List<?> predictions, long tokens, Duration queued, Duration total) {
      return new Answer(predictions, tokens, queued, total);
    }

    /** What the model says of each text: what its {@code predict} returned. Unmodifiable. */
    public List<?> predictions() {
      return predictions;
    }

    /** How many texts. */
    public int texts() {
      return predictions.size();
    }

    /** The tokens of all texts, special ones included, as they were computed. */
    public long tokens() {
      return tokens;
    }

    /** From the moment at which the tokens were there until the first of them was computed. */
    public Duration queued() {
      return queued;
    }

    /** The whole call: tokenizing, waiting and computing. */
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

  /** Texts that were computed together. Immutable. */
  final class Batch {
    private final int texts;
    private final int tokens;
    private final Duration time;

    private Batch(int texts, int tokens, Duration time) {
      this.texts = texts;
      this.tokens = tokens;
      this.time = time;
    }

    /** One with these values, for tests of a listener. */
    public static Batch of(int texts, int tokens, Duration time) {
      return new Batch(texts, tokens, time);
    }

    /** How many texts, or windows of texts, of all callers. */
    public int texts() {
      return texts;
    }

    /** The tokens of all. */
    public int tokens() {
      return tokens;
    }

    /** How long it was computed. */
    public Duration time() {
      return time;
    }

    @Override
    public String toString() {
      return texts + " texts of " + tokens + " tokens in " + time.toMillis() + " ms";
    }
  }
}
