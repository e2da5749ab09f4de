package dev.afina.internal.checkpoint;

import dev.afina.CheckpointException;

/**
 * Refuses a file that would fill the heap once it is parsed: each value of JSON, and each line of a
 * vocabulary, becomes an object or more, so a file may need forty times its size.
 */
final class ParsedSize {
  /** What a value or line takes in the heap, in bytes. */
  private static final int OBJECT = 100;

  /** The one JSON file that is not read as a tree; the tokenizer checks it itself. */
  private static final String TOKENIZER = "tokenizer.json";

  private ParsedSize() {}

  /**
   * Checks a file.
   *
   * @param name its name, by which its format is known
   * @param where it with its folder, for messages
   * @param heap the largest heap, in bytes
   * @return the content
   */
  static byte[] requireFits(byte[] content, String name, String where, long heap)
      throws CheckpointException {
    long values = name.equals(TOKENIZER) ? 0 : values(content, name.endsWith(".json"));
    if (values > heap / 2 / OBJECT) {
      throw new CheckpointException(
          "%s: about %s values or lines, expected at most %s in a heap of %s bytes; if the file is right, start Java with a larger -Xmx"
              .formatted(where, values, heap / 2 / OBJECT, heap));
    }
    return content;
  }

  /** Those in strings count as well, which only texts have that are much longer. */
  private static long values(byte[] content, boolean json) {
    long values = 0;
    for (byte b : content) {
      boolean separates = json ? b == ',' || b == ':' || b == '[' || b == '{' : b == '\n';
      values += separates ? 1 : 0;
    }
    return values;
  }
}
