package dev.afina;

import dev.afina.internal.engine.NativeUse;

/**
 * Keeps models answering while the JVM shuts down, until it is closed: for a server that stops in a
 * shutdown hook of its own, and first answers what it has accepted.
 *
 * <pre>{@code
 * ExitHold hold = ExitHold.begin();
 * Runtime.getRuntime().addShutdownHook(new Thread(() -> {
 *   server.stop();       // answers what it has accepted
 *   classifier.close();
 *   hold.close();
 * }));
 * }</pre>
 *
 * <p>Without one, a JVM that received SIGTERM finishes the batches at hand, and calls that wait or
 * come later get an {@code IllegalStateException}. The exit waits for a hold as long as for a
 * computation: 30 seconds, or {@code -Dafina.exitPatience=SECONDS}. Thread safe. Spring Boot
 * applications need none: the starter has it.
 */
public final class ExitHold implements AutoCloseable {
  private final NativeUse.Hold hold = NativeUse.hold();

  private ExitHold() {}

  /** Begins to keep models answering; several holds count each. */
  public static ExitHold begin() {
    return new ExitHold();
  }

  /** Lets the exit go on. Further calls do nothing. */
  @Override
  public void close() {
    hold.close();
  }
}
