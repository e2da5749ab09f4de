package dev.afina;

import org.jspecify.annotations.Nullable;

/**
 * Which parts of a checkpoint are not trained. Frozen parameters need neither gradients nor
 * optimizer state. Immutable.
 *
 * <p>{@link Precision#BFLOAT16} applies only to the trained layers; the frozen ones are computed in
 * float32. In the Trainer, {@code bf16=True} rounds the inputs and weights of these as well, so
 * figures differ a little from its own.
 */
public final class Freeze {
  private static final int NOTHING = -1;
  private static final Freeze NONE = new Freeze(NOTHING);
  private static final Freeze ENCODER = new Freeze(Integer.MAX_VALUE);

  /** The greatest depth that is frozen: 0 are the embeddings, 1 is the first layer. */
  private final int depth;

  private Freeze(int depth) {
    this.depth = depth;
  }

  /** Freezes nothing, which is the default. */
  public static Freeze nothing() {
    return NONE;
  }

  /**
   * Freezes the embeddings and the parameters that all layers share (tables of relative positions).
   */
  public static Freeze embeddings() {
    return new Freeze(0);
  }

  /**
   * Freezes the embeddings and the first layers.
   *
   * @param count the number of layers, 1 or more
   */
  public static Freeze layers(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("freeze: layers: expected 1 or more, got " + count);
    }
    return new Freeze(count);
  }

  /** Freezes everything but the head, which is what comes after the last layer. */
  public static Freeze encoder() {
    return ENCODER;
  }

  int depth() {
    return depth;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Freeze that && depth == that.depth;
  }

  @Override
  public int hashCode() {
    return Integer.hashCode(depth);
  }

  @Override
  public String toString() {
    return switch (depth) {
      case NOTHING -> "nothing";
      case 0 -> "embeddings";
      case Integer.MAX_VALUE -> "encoder";
      default -> "layers(" + depth + ")";
    };
  }
}
