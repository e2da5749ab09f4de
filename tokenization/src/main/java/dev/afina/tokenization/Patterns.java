package dev.afina.tokenization;

import java.io.IOException;
import java.util.Set;

/**
 * The supported patterns of Replace and Split: plain strings, and the regular expressions of
 * published tokenizers. Other expressions are rejected, because the native library's engine
 * backtracks: {@code (a+)+$} would take years for sixty letters.
 */
final class Patterns {

  /** The longest plain string; published tokenizers search for one or two characters. */
  private static final int LONGEST = 64;

  private static final String CONTRACTIONS = "'s|'t|'re|'ve|'m|'ll|'d";

  /** Expressions that match, or fail, in time linear in the length of the match. */
  private static final Set<String> EXPRESSIONS =
      Set.of(
          // Replace: runs of spaces (ALBERT, BigBird, XLM-R, DeBERTa-v2, CLIP and their kin)
          " {2,}",
          "\\s{2,}|[\\n\\r\\t]",
          "\\s{2,}",
          "\\s+",
          "\\s",
          "[\\n\\r\\t]",
          "\\n",
          " ",
          // Split: GPT-2's, which ByteLevel has built in, and CLIP's
          CONTRACTIONS + "| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          CONTRACTIONS + "|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
          "<\\|startoftext\\|>|<\\|endoftext\\|>|"
              + CONTRACTIONS
              + "|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
          // Split: those of tiktoken's cl100k, of Llama 3 and of Qwen 2
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
              + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
              + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");

  private Patterns() {}

  /**
   * Checks the field "pattern".
   *
   * @return the minimum length of a match in characters
   */
  static int check(Fields component) throws IOException {
    Fields pattern = component.child("pattern");
    int shortest;
    if (pattern.has("String")) {
      String text = pattern.text("String", 1, LONGEST);
      shortest = text.codePointCount(0, text.length());
    } else {
      String expression = pattern.text("Regex", 1, Integer.MAX_VALUE);
      if (!EXPRESSIONS.contains(expression)) {
        throw new IOException(
            pattern.path()
                + ": regular expression "
                + Quoted.of(expression)
                + " is none of those that known tokenizers use; Afina runs no others, because some"
                + " never end");
      }
      shortest = 1;
    }
    pattern.nothingElse();
    return shortest;
  }
}
