package dev.afina.internal.engine;

import com.sun.jna.Function;
import com.sun.jna.Platform;

/** What standard error is. */
public final class Terminal {
  private static final int STANDARD_ERROR = 2;

  private Terminal() {}

  /**
   * Whether it is a terminal that can draw over a line. System.console() asks about standard input
   * and output, and of standard error nobody.
   */
  public static boolean isStandardError() {
    if ("dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try {
      String name = Platform.isWindows() ? "_isatty" : "isatty";
      return Function.getFunction(Platform.C_LIBRARY_NAME, name)
              .invokeInt(new Object[] {STANDARD_ERROR})
          != 0;
    } catch (LinkageError e) { // no native access, or a C library of another kind
      return false;
    }
  }
}
