package dev.afina.spring;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Thrown when the application cannot start because a model cannot be loaded. */
public final class ModelNotLoadedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String action;

  /**
   * @param property the property's name, with its value if that is wrong
   */
  ModelNotLoadedException(String property, Throwable cause) {
    this(
        property,
        Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getName()),
        "Correct the property: a folder, classpath:folder, or owner/name on the Hugging Face Hub,"
            + " with a model of the kind that its group says.",
        cause);
  }

  ModelNotLoadedException(String property, String reason, String action) {
    this(property, reason, action, null);
  }

  private ModelNotLoadedException(
      String property, String reason, String action, @Nullable Throwable cause) {
    super(property + ": " + reason, cause);
    this.action = action;
  }

  /** How to fix it. */
  public String action() {
    return action;
  }
}
