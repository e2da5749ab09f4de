package dev.afina.examples;

import dev.afina.TextModel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A trained model after rules for its decisions were to be chosen.
 *
 * @param model to be closed, too
 * @param hasRules whether rules were chosen
 * @param failure why rules that are wanted could not be chosen; null if nothing failed
 */
record Decided<M extends TextModel<?, ?>>(M model, boolean hasRules, @Nullable IOException failure)
    implements AutoCloseable {

  /** Where no rules are wanted. */
  static <M extends TextModel<?, ?>> Decided<M> without(M model) {
    return new Decided<>(model, false, null);
  }

  /** Where rules were chosen. */
  static <M extends TextModel<?, ?>> Decided<M> with(M model) {
    return new Decided<>(model, true, null);
  }

  /** Where the rules that are wanted could not be chosen. */
  static <M extends TextModel<?, ?>> Decided<M> failed(M model, IOException failure) {
    return new Decided<>(model, false, failure);
  }

  /**
   * Returns if nothing failed.
   *
   * @throws IOException if rules are wanted and could not be chosen
   */
  void requireReached() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
