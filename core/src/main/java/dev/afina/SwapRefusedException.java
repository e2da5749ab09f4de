package dev.afina;

/** Thrown by {@link ModelHandle#swap} when a {@link ModelGate} rejects the new model. */
public final class SwapRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  SwapRefusedException(String objection) {
    super("the present model stays: " + objection);
  }
}
