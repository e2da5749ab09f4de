package dev.afina.hub;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One request to the Hub or its storage. Immutable.
 *
 * @param method GET, HEAD, POST, PUT or DELETE
 * @param uri the absolute address
 * @param headers headers except user agent and authorization
 * @param payload the body; null for none
 * @param repeat when it may be sent again after a failure
 * @param leavesHub whether a redirect to another host is followed (without the token); otherwise
 *     the 3xx answer is returned
 */
record HubCall(
    String method,
    URI uri,
    Map<String, String> headers,
    @Nullable Payload payload,
    Repeat repeat,
    boolean leavesHub,
    Duration patience) {

  /** When a request may be sent again. */
  enum Repeat {
    /** After any temporary failure. */
    ALWAYS,
    /**
     * Only if the Hub says that it did nothing (429), for requests that must not be executed twice.
     */
    WHEN_REFUSED,
    /** Never. */
    NEVER
  }

  HubCall {
    headers = Map.copyOf(headers);
  }

  static HubCall get(URI uri) {
    return new HubCall("GET", uri, Map.of(), null, Repeat.ALWAYS, true, Duration.ZERO);
  }

  /** A HEAD that reports a redirect to another host instead of following it. */
  static HubCall head(URI uri) {
    return new HubCall(
        "HEAD",
        uri,
        Map.of("Accept-Encoding", "identity"),
        null,
        Repeat.ALWAYS,
        false,
        Duration.ZERO);
  }

  static HubCall post(URI uri, String contentType, Payload payload) {
    return new HubCall(
        "POST",
        uri,
        Map.of("Content-Type", contentType),
        payload,
        Repeat.ALWAYS,
        false,
        Duration.ZERO);
  }

  static HubCall put(URI uri, Payload payload) {
    return new HubCall("PUT", uri, Map.of(), payload, Repeat.ALWAYS, false, Duration.ZERO);
  }

  static HubCall delete(URI uri, Payload payload) {
    return new HubCall(
        "DELETE",
        uri,
        Map.of("Content-Type", "application/json"),
        payload,
        Repeat.ALWAYS,
        false,
        Duration.ZERO);
  }

  HubCall header(String name, String value) {
    Map<String, String> all = new TreeMap<>(headers);
    all.put(name, value);
    return new HubCall(method, uri, all, payload, repeat, leavesHub, patience);
  }

  /**
   * Sent only once: for requests that must not be executed twice, or if the caller has an
   * alternative.
   */
  HubCall once() {
    return new HubCall(method, uri, headers, payload, Repeat.NEVER, leavesHub, patience);
  }

  /** Sent again only if the Hub has refused it for the time being, and so did nothing. */
  HubCall unlessDone() {
    return new HubCall(method, uri, headers, payload, Repeat.WHEN_REFUSED, leavesHub, patience);
  }

  /** With a longer timeout for the answer, for requests that keep the Hub busy. */
  HubCall patient(Duration wait) {
    return new HubCall(method, uri, headers, payload, repeat, leavesHub, wait);
  }

  HubCall to(URI other) {
    return new HubCall(method, other, headers, payload, repeat, leavesHub, patience);
  }

  /** The request without query and user info, for messages. */
  String shown() {
    return method + " " + shown(uri);
  }

  static String shown(URI uri) {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath();
  }
}
