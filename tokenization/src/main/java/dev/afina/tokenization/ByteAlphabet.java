package dev.afina.tokenization;

import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The letters that stand for bytes in the vocabulary of a byte-level BPE, since GPT-2: a printable
 * byte of Latin-1 stands for itself, the other 68 are the characters from U+0100 on.
 */
final class ByteAlphabet {

  private static final int BYTES = 256;
  private static final int LETTERS = 0x144;

  private ByteAlphabet() {}

  /**
   * Which two bytes stand side by side inside some token.
   *
   * @param model a BPE model
   * @param tokens its tokens
   * @return the pairs as {@code first * 256 + second}; null when the model does not spell each byte
   *     by itself, so that this does not tell where two pieces stay apart
   */
  static @Nullable BitSet neighbours(JsonObject model, Set<String> tokens) {
    String suffix = JsonFile.string(model, "end_of_word_suffix");
    if (!Models.type(model).equals("BPE") || (suffix != null && !suffix.isEmpty())) {
      return null;
    }
    int[] bytes = bytes();
    BitSet single = new BitSet(BYTES);
    BitSet pairs = new BitSet(BYTES * BYTES);
    for (String token : tokens) {
      int before = -1;
      for (int i = 0; i < token.length(); i++) {
        char letter = token.charAt(i);
        int b = letter < LETTERS ? bytes[letter] : -1;
        if (before >= 0 && b >= 0) {
          pairs.set(before << 8 | b);
        }
        before = b;
      }
      if (token.length() == 1 && before >= 0) {
        single.set(before);
      }
    }
    return single.cardinality() == BYTES ? pairs : null;
  }

  /** The letter of each byte. */
  static String letters() {
    char[] letters = new char[BYTES];
    int[] bytes = bytes();
    for (char letter = 0; letter < LETTERS; letter++) {
      if (bytes[letter] >= 0) {
        letters[bytes[letter]] = letter;
      }
    }
    return new String(letters);
  }

  /** The byte of each letter, -1 for characters that are none. */
  private static int[] bytes() {
    int[] bytes = new int[LETTERS];
    Arrays.fill(bytes, -1);
    int next = BYTES;
    for (int b = 0; b < BYTES; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b != 0xAD);
      bytes[printable ? b : next++] = b;
    }
    return bytes;
  }
}
