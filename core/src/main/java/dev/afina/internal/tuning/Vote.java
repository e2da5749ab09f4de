package dev.afina.internal.tuning;

import dev.afina.training.TrainingGroup;
import java.io.IOException;

/** What the processes of a group decide together between their trainings. */
public final class Vote {
  private Vote() {}

  /**
   * Whether this is true on any process. Each must ask, in the same order.
   *
   * @throws IOException if a process is gone
   */
  public static boolean any(TrainingGroup group, boolean own) throws IOException {
    boolean any = false;
    for (byte[] told : group.gather(new byte[] {(byte) (own ? 1 : 0)})) {
      any |= told[0] != 0;
    }
    return any;
  }
}
