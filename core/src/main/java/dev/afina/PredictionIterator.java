package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Spliterator;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Predictions of texts that come one by one: takes some, has them computed together, and hands the
 * predictions out. For one thread.
 *
 * @param <P> what is said of one text
 */
final class PredictionIterator<P> implements Iterator<P> {
  /** Few at first, so that the first prediction comes soon. */
  private static final int FIRST_TEXTS = 16;

  /** From some hundred on, more in a list are not faster. */
  private static final int MOST_TEXTS = 512;

  private static final int MOST_CHARS = 1_000_000;

  private final Predictor<P> predictor;
  private final Iterator<Example> texts;
  private final LongConsumer progress;
  private Iterator<P> ready = Collections.emptyIterator();

  /** A group that failed as a whole, whose texts are now predicted one by one. */
  private Iterator<Example> alone = Collections.emptyIterator();

  private int wanted = FIRST_TEXTS;

  /** Texts that have a prediction or an exception. */
  private long done;

  /** What a text or its source failed with, to be thrown after the predictions of those before. */
  private @Nullable RuntimeException failure;

  /** The source has thrown, so it is not asked again. */
  private boolean over;

  PredictionIterator(Predictor<P> predictor, Iterator<Example> texts, LongConsumer progress) {
    this.predictor = predictor;
    this.texts = Objects.requireNonNull(texts, "texts");
    this.progress = Objects.requireNonNull(progress, "progress");
  }

  /** The rest as a stream, which takes no text before it is asked to, and is never divided. */
  static <P> Stream<P> stream(PredictionIterator<P> predictions, Runnable close) {
    Spliterator<P> undivided =
        new Spliterator<>() {
          @Override
          public boolean tryAdvance(Consumer<? super P> action) {
            if (!predictions.hasNext()) {
              return false;
            }
            action.accept(predictions.next());
            return true;
          }

          @Override
          public @Nullable Spliterator<P> trySplit() {
            return null; // a part of it would be a heap of texts
          }

          @Override
          public long estimateSize() {
            return Long.MAX_VALUE;
          }

          @Override
          public int characteristics() {
            return ORDERED | NONNULL;
          }
        };
    return StreamSupport.stream(undivided, false).onClose(close);
  }

  @Override
  public boolean hasNext() {
    return ready.hasNext() || alone.hasNext() || failure != null || (!over && texts.hasNext());
  }

  @Override
  public P next() {
    if (!ready.hasNext()) {
      if (!alone.hasNext()) {
        predict(take());
      }
      if (!ready.hasNext()) {
        predictOne(alone.next());
      }
      progress.accept(done); // after all else: what it throws costs no prediction
    }
    return ready.next();
  }

  /** The next texts, one or more. */
  private List<Example> take() {
    List<Example> next = new ArrayList<>();
    long chars = 0;
    while (failure == null && next.size() < wanted && chars < MOST_CHARS) {
      Example text = takeOne(done + next.size());
      if (text == null) {
        break;
      }
      chars += text.text().length() + (text.pair() == null ? 0 : text.pair().length());
      next.add(text);
    }
    if (next.isEmpty()) {
      throw thrownOnce();
    }
    return next;
  }

  private RuntimeException thrownOnce() {
    RuntimeException thrown = failure;
    if (thrown == null) {
      return new NoSuchElementException("there are no more texts");
    }
    failure = null;
    done++;
    return thrown;
  }

  /** The next text; null at the end or when there is a {@link #failure}. */
  // What the source throws is thrown on, once the texts before have their predictions.
  @SuppressWarnings("PMD.AvoidCatchingGenericException")
  private @Nullable Example takeOne(long number) {
    try {
      if (over || !texts.hasNext()) {
        return null;
      }
      Example text = texts.next();
      if (text == null) {
        failure = new IllegalArgumentException(named(number) + " is null; an empty text is \"\"");
      }
      return text;
    } catch (RuntimeException e) {
      over = true;
      failure = e;
      return null;
    }
  }

  /**
   * Predicts a group. If that fails, none of its texts is lost, as each is then predicted alone.
   */
  // Predictors are the user's, too, and may throw anything.
  @SuppressWarnings("PMD.AvoidCatchingGenericException")
  private void predict(List<Example> group) {
    try {
      ready = predictor.predict(Dataset.of(group)).iterator();
      done += group.size();
      wanted = Math.min(MOST_TEXTS, 2 * wanted);
    } catch (RuntimeException e) {
      alone = group.iterator();
      wanted = FIRST_TEXTS;
    }
  }

  private void predictOne(Example text) {
    long number = done++;
    try {
      ready = predictor.predict(Dataset.of(List.of(text))).iterator();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(named(number) + ": " + e.getMessage(), e);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(named(number) + ": " + e.getMessage(), e);
    }
  }

  private static String named(long number) {
    return "text " + number + " (counted from 0)";
  }
}
