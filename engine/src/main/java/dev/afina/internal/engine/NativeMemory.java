package dev.afina.internal.engine;

/** Free memory that the C library keeps for this process. */
public final class NativeMemory {
  /** What is less is left to what comes next. */
  private static final long WORTH_IT = 64L << 20;

  private NativeMemory() {}

  /**
   * Returns free memory to the system where much was just freed: {@link NativeSettings} have glibc
   * keep it, so that a training's next step finds its pages, and whoever is through with a training
   * or a model would keep it for good.
   *
   * @param freed bytes, about
   */
  public static void giveBack(long freed) {
    if (freed >= WORTH_IT) {
      NativeSettings.trim();
    }
  }
}
