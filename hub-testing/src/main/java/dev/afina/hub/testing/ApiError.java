package dev.afina.hub.testing;

import java.util.Map;
import java.util.TreeMap;

/** An answer of 400 or more: thrown where the mistake is found, written by the server. */
final class ApiError extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String message;
  private final transient Map<String, String> headers = new TreeMap<>();

  ApiError(int status, String message) {
    super(message, null, false, false);
    this.status = status;
    this.message = message;
  }

  ApiError(int status, String code, String message) {
    this(status, message);
    headers.put("X-Error-Code", code);
  }

  ApiError header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  int status() {
    return status;
  }

  String message() {
    return message;
  }

  Map<String, String> headers() {
    return headers;
  }
}
