package dev.afina.internal.serving;

import dev.afina.DeadlineExceededException;
import dev.afina.ModelListener;
import dev.afina.OverloadedException;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several listeners as one. Exceptions that they throw are logged, so none can break a prediction.
 *
 * @param all immutable
 */
public record ModelListeners(List<ModelListener> all) implements ModelListener {
  private static final Logger log = LoggerFactory.getLogger(ModelListeners.class);

  /** Wraps a listener so that exceptions that it throws are logged. */
  public static ModelListener guarded(ModelListener listener) {
    boolean harmless = listener == NONE || listener instanceof ModelListeners;
    return harmless ? listener : new ModelListeners(List.of(listener));
  }

  @Override
  public void answered(Answer answer) {
    tell(listener -> listener.answered(answer));
  }

  @Override
  public void computed(Batch batch) {
    tell(listener -> listener.computed(batch));
  }

  @Override
  public void refused(OverloadedException refusal) {
    tell(listener -> listener.refused(refusal));
  }

  @Override
  public void deadlineMissed(DeadlineExceededException miss) {
    tell(listener -> listener.deadlineMissed(miss));
  }

  @Override
  public void cancelled() {
    tell(ModelListener::cancelled);
  }

  @Override
  public void failed(Throwable failure) {
    tell(listener -> listener.failed(failure));
  }

  // Also an Error of a listener, such as a failed assertion, is none of the prediction's.
  @SuppressWarnings("PMD.AvoidCatchingThrowable")
  private void tell(Consumer<ModelListener> event) {
    for (ModelListener listener : all) {
      try {
        event.accept(listener);
      } catch (Throwable e) {
        log.warn("the listener {} failed: {}", listener.getClass().getName(), e.toString());
        log.debug("how the listener failed", e);
      }
    }
  }
}
