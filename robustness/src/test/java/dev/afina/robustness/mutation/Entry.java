package dev.afina.robustness.mutation;

import java.nio.charset.StandardCharsets;

/** What stands at one path of a target's folder. */
sealed interface Entry {
  /** A file. */
  final class Content implements Entry {
    private final byte[] bytes;

    /** Takes the bytes over: nobody writes to them. */
    Content(byte[] bytes) {
      this.bytes = bytes;
    }

    static Content of(String text) {
      return new Content(text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] bytes() {
      return bytes;
    }
  }

  /** A symbolic link, relative to its own folder or absolute. */
  record Link(String to) implements Entry {}

  /** An empty folder. */
  record Folder() implements Entry {}

  /** Nothing. */
  record Nothing() implements Entry {}
}
