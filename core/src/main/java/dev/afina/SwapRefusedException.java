package dev.afina;

/** A {@link ModelHandle} did not take a new model, because a gate had an objection. */
public final class SwapRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  SwapRefusedException(String objection) {
    super("the present model stays: " + objection);
  }
}
