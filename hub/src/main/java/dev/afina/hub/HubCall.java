package dev.afina.hub;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One request to the Hub or to the storage it points to. Immutable.
 *
 * @param method GET, HEAD, POST, PUT or DELETE
 * @param uri the absolute address
 * @param headers headers besides the user agent and the authorization
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
    /** After any failure that may pass. */
    ALWAYS,
    /** When the Hub said that it did nothing (429): for what must not happen twice. */
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

  /** Sends it once: for what must not happen twice, and where the caller has something better. */
  HubCall once() {
    return new HubCall(method, uri, headers, payload, Repeat.NEVER, leavesHub, patience);
  }

  /** Sends it again only when the Hub refused it for now and so did nothing. */
  HubCall unlessDone() {
    return new HubCall(method, uri, headers, payload, Repeat.WHEN_REFUSED, leavesHub, patience);
  }

  /** Waits longer for the answer, where the Hub has much to do before it. */
  HubCall patient(Duration wait) {
    return new HubCall(method, uri, headers, payload, repeat, leavesHub, wait);
  }

  HubCall to(URI other) {
    return new HubCall(method, other, headers, payload, repeat, leavesHub, patience);
  }

  /** The request without query and user info, fit for a message. */
  String shown() {
    return method + " " + shown(uri);
  }

  static String shown(URI uri) {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath();
  }
}
