package dev.afina;

import dev.afina.internal.engine.NativeUse;

/**
 * Keeps models usable while the JVM shuts down, until it is closed. For a server that stops in its
 * own shutdown hook and first finishes the requests it has accepted.
 *
 * <pre>{@code
 * ExitHold hold = ExitHold.begin();
 * Runtime.getRuntime().addShutdownHook(new Thread(() -> {
 *   server.stop();       // finishes the requests it has accepted
 *   classifier.close();
 *   hold.close();
 * }));
 * }</pre>
 *
 * <p>Without a hold, a JVM that receives SIGTERM finishes the batches being computed, and queued or
 * later calls throw {@code IllegalStateException}. The JVM waits for a hold at most 30 seconds, or
 * {@code -Dafina.exitPatience=SECONDS}, as it does for a computation. Thread safe. Spring Boot
 * applications do not need one, because the starter includes it.
 */
public final class ExitHold implements AutoCloseable {
  private final NativeUse.Hold hold = NativeUse.hold();

  private ExitHold() {}

  /** Starts a hold. The JVM waits until all holds are closed. */
  public static ExitHold begin() {
    return new ExitHold();
  }

  /** Ends the hold. Idempotent. */
  @Override
  public void close() {
    hold.close();
  }
}
