package dev.afina.internal.engine;

/**
 * Thrown when a packed kernel fails, or gives other results than plain operators, on this machine.
 * The plain form can be used instead.
 */
public final class WrongKernelException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /** With what differs. */
  public WrongKernelException(String message) {
    super(message);
  }

  WrongKernelException(String message, Throwable cause) {
    super(message, cause);
  }
}
