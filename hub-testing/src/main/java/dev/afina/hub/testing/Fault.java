package dev.afina.hub.testing;

import java.time.Duration;
import java.util.Map;

/** What goes wrong with an exchange. */
sealed interface Fault {
  /** The answer is this status instead of the real one. */
  record Status(int status, Map<String, String> headers) implements Fault {}

  /** The connection is closed without an answer, before the request is looked at. */
  record Reset() implements Fault {}

  /** The answer comes late. */
  record Delay(Duration delay) implements Fault {}

  /** The connection is closed after so many bytes of the request's body. */
  record CutUpload(long bytes) implements Fault {}

  /** The connection is closed after so many bytes of the answer's body. */
  record Cut(long bytes) implements Fault {}

  /** The answer's body is shorter, and its Content-Length says so. */
  record Truncate(long bytes) implements Fault {}

  /** One bit of the answer's body is wrong. */
  record Corrupt() implements Fault {}

  /** The answer's body comes slowly. */
  record Slow(long bytesPerSecond) implements Fault {}

  /** The request is carried out, but the connection is closed instead of the answer. */
  record LoseAnswer() implements Fault {}

  /** Whether it changes the answer rather than taking its place. */
  default boolean changesAnswer() {
    return this instanceof Cut
        || this instanceof Truncate
        || this instanceof Corrupt
        || this instanceof Slow
        || this instanceof LoseAnswer;
  }
}
