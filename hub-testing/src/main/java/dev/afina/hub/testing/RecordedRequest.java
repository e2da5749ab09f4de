package dev.afina.hub.testing;

import java.util.Optional;

/**
 * One request that the server received.
 *
 * @param host which of the two servers it came to
 * @param method GET, HEAD, POST, PUT or DELETE
 * @param path the path as sent, still encoded, without the query
 * @param query the query as sent, empty for none
 * @param authorized whether it had an {@code Authorization} header
 * @param range the {@code Range} header
 * @param status the status of the answer; 0 if there is none yet, or the connection was cut
 * @param bytesReceived bytes of the request's body that were read
 * @param bytesSent bytes of the answer's body that were written
 */
public record RecordedRequest(
    Host host,
    String method,
    String path,
    String query,
    boolean authorized,
    Optional<String> range,
    int status,
    long bytesReceived,
    long bytesSent) {
  /** The two servers. */
  public enum Host {
    /** The Hub itself, which may see the token. */
    HUB,
    /** The storage of large files, which must never see it. */
    STORAGE
  }

  /** Returns the request in one line, such as {@code GET /api/models/a/b 200}. */
  @Override
  public String toString() {
    return host + " " + method + " " + path + (query.isEmpty() ? "" : "?" + query) + " " + status;
  }
}
