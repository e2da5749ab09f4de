package dev.afina.internal.engine;

/** The free memory that the C library keeps for this process. */
public final class NativeMemory {
  /** Less is left for later use. */
  private static final long WORTH_IT = 64L << 20;

  private NativeMemory() {}

  /**
   * Returns free memory to the system if much was just freed. {@link NativeSettings} make glibc
   * keep it, so that the next step of a training finds its pages; after a training, or when a model
   * is closed, it would be kept for good.
   *
   * @param freed about how many bytes were freed
   */
  public static void giveBack(long freed) {
    if (freed >= WORTH_IT) {
      NativeSettings.trim();
    }
  }
}
