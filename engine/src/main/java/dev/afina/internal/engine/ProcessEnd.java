package dev.afina.internal.engine;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the C library ends this process. */
final class ProcessEnd {
  private static final Logger log = LoggerFactory.getLogger(ProcessEnd.class);

  private ProcessEnd() {}

  /**
   * Lets the coming {@code exit} call {@code _exit} first, with the same status: no static state is
   * taken apart under threads that still use it. The exit handlers of other native libraries do not
   * run either, so this is for the case that such a thread does not come to an end. Linux with
   * glibc only; elsewhere nothing happens.
   */
  static void skipTeardown() {
    if (!Platform.isLinux()) {
      return;
    }
    try {
      // The handler registered last runs first; it gets the status and this argument.
      Function exitNow = Function.getFunction("c", "_exit");
      Function.getFunction("c", "on_exit").invokeInt(new Object[] {exitNow, Pointer.NULL});
    } catch (LinkageError e) {
      log.debug("this C library has no on_exit", e);
    }
  }
}
