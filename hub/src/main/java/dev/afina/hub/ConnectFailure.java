package dev.afina.hub;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;

/** Distinguishes failures to connect from failures of an established connection. */
final class ConnectFailure {
  /** A machine without a network is told so in seconds; a name that was looked up too early not. */
  private static final int TRIES = 2;

  private ConnectFailure() {}

  /**
   * Whether to give up on a server that has never answered.
   *
   * @param tries the number of tries so far
   */
  static boolean isFinal(IOException e, int tries) {
    return e instanceof HttpConnectTimeoutException // took long enough
        || (isOne(e) && tries >= TRIES);
  }

  private static boolean isOne(IOException e) {
    return e instanceof ConnectException || e instanceof NoRouteToHostException;
  }

  /** A description of the failure, if the JDK's exception has none. */
  static Optional<String> described(IOException e, String host) {
    if (!isOne(e) || e.getMessage() != null) {
      return Optional.empty();
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return Optional.of("unknown host " + host);
      }
    }
    return Optional.of("no connection to " + host);
  }
}
