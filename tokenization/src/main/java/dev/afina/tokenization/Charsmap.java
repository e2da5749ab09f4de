package dev.afina.tokenization;

import dev.afina.internal.tokenization.CharacterMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The precompiled_charsmap of a SentencePiece normalizer, walked through to its last entry.
 *
 * <p>Its bytes are the length of a double-array trie (32 bits, little-endian), the trie's units,
 * and a text in which each replacement ends with a NUL. A unit holds the byte that leads to it, the
 * offset of its children and whether a value is among them; the value is the place of a replacement
 * in the text. The native library follows these numbers unchecked and ends the JVM when one points
 * outside, so here each unit that some text can reach is checked first.
 */
final class Charsmap {

  /** A replacement is at most 18 characters long in SentencePiece's own maps. */
  private static final int LONGEST = 32;

  private final int[] units;
  private final byte[] replacements;
  private final String path;
  private int growth = 1;
  private @Nullable CharacterMap step;

  private Charsmap(byte[] bytes, String path) throws IOException {
    this.path = path;
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = bytes.length < Integer.BYTES ? -1 : buffer.getInt();
    if (length <= 0 || length % Integer.BYTES != 0 || length > buffer.remaining()) {
      throw broken("its trie does not fit into its " + bytes.length + " bytes");
    }
    units = new int[length / Integer.BYTES];
    buffer.asIntBuffer().get(units);
    buffer.position(buffer.position() + length);
    replacements = new byte[buffer.remaining()];
    buffer.get(replacements);
    checkUtf8();
    checkTrie();
  }

  /** Reads and checks the map of a Precompiled normalizer. */
  static Charsmap of(Fields fields) throws IOException {
    String encoded = encoded(fields);
    String path = fields.path() + ".precompiled_charsmap";
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      throw new IOException(path + ": not base64: " + Quoted.of(e.getMessage()), e);
    }
    return new Charsmap(bytes, path);
  }

  /** The map as the file has it, in base64. */
  static String encoded(Fields fields) throws IOException {
    return fields.text("precompiled_charsmap", 1, Integer.MAX_VALUE);
  }

  /** The map as a step of a normalizer in Java. */
  CharacterMap step() {
    CharacterMap made = step;
    if (made == null) {
      made = new CharacterMap(units, replacements);
      step = made; // its tables take milliseconds, and two callers need it
    }
    return made;
  }

  /** The characters of the longest replacement. */
  int growth() {
    return growth;
  }

  /** Whether some entry begins with an ASCII character. */
  boolean hasEntriesFrom(char ascii) {
    return child(0, ascii) >= 0;
  }

  /** Whether there is an entry for this character alone. */
  boolean changes(char c) {
    int at = 0;
    for (byte b : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) {
      at = child(at, b & 0xFF);
      if (at < 0) {
        return false;
      }
      if (hasValue(units[at])) {
        return true;
      }
    }
    return false;
  }

  /** The unit that a byte leads to, or -1. All that can be reached have been checked. */
  private int child(int at, int b) {
    int child = at ^ offset(units[at]) ^ b;
    return label(units[child]) == b ? child : -1;
  }

  /**
   * Visits every unit that the bytes of a text can lead to. What begins with a visible ASCII
   * character may not vanish: an added token that does would be found between any two bytes.
   */
  private void checkTrie() throws IOException {
    Deque<Integer> afterVisible = new ArrayDeque<>();
    int children = children(0);
    for (int b = '!'; b <= '~'; b++) {
      if (label(units[children ^ b]) == b) {
        afterVisible.add(children ^ b);
      }
    }
    visit(afterVisible, 1);
    visit(new ArrayDeque<>(List.of(0)), 0);
  }

  /** Visits what can be reached from some units; each value there must be so many characters. */
  private void visit(Deque<Integer> open, int shortest) throws IOException {
    BitSet seen = new BitSet(units.length);
    open.forEach(seen::set);
    while (!open.isEmpty()) {
      int at = open.remove();
      int children = children(at);
      if (hasValue(units[at]) && at != 0) {
        checkReplacement(units[children] & Integer.MAX_VALUE, shortest);
      }
      for (int b = 1; b <= 0xFF; b++) {
        int child = children ^ b;
        if (label(units[child]) == b && !seen.get(child)) {
          seen.set(child);
          open.add(child);
        }
      }
    }
  }

  /** A reader looks at a child for each of the 255 bytes before it knows which are there. */
  private int children(int at) throws IOException {
    int children = at ^ offset(units[at]);
    if (children < 0 || (children | 0xFF) >= units.length) {
      throw broken("unit " + at + " points behind the trie's " + units.length + " units");
    }
    return children;
  }

  private void checkReplacement(int start, int shortest) throws IOException {
    if (start > replacements.length
        || (start < replacements.length && (replacements[start] & 0xC0) == 0x80)) {
      throw broken("a replacement begins at " + start + ", where none can begin");
    }
    int characters = 0;
    for (int i = start; i < replacements.length && replacements[i] != 0; i++) {
      characters += (replacements[i] & 0xC0) == 0x80 ? 0 : 1;
    }
    if (characters < shortest || characters > LONGEST) {
      throw broken(
          "a replacement has "
              + characters
              + " characters, expected "
              + shortest
              + " to "
              + LONGEST);
    }
    growth = Math.max(growth, characters);
  }

  private void checkUtf8() throws IOException {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(replacements));
    } catch (CharacterCodingException e) {
      throw broken("its replacements are not UTF-8");
    }
  }

  /** Where a unit's children are, relative to it: 22 bits, in blocks of 256 when bit 9 is set. */
  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
  }

  private static boolean hasValue(int unit) {
    return (unit >>> 8 & 1) == 1;
  }

  /** The byte that leads to a unit; a unit that holds a value has no byte's label. */
  private static int label(int unit) {
    return unit & (Integer.MIN_VALUE | 0xFF);
  }

  private IOException broken(String what) {
    return new IOException(path + ": broken: " + what);
  }
}
