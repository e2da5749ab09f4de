package dev.afina.spring;

import dev.afina.internal.engine.NativeUse;
import org.springframework.beans.factory.DisposableBean;

/**
 * Lets models compute on while the JVM shuts down, until the application has closed: the web server
 * answers what it has accepted first, and Spring does that in a shutdown hook that runs beside
 * ours.
 */
final class ExitHold implements DisposableBean {
  private final NativeUse.Hold hold = NativeUse.hold();

  /** Called by Spring after the web server has stopped. */
  @Override
  public void destroy() {
    hold.close();
  }
}
