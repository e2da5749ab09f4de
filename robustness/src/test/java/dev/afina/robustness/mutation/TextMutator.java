package dev.afina.robustness.mutation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Changes lines and characters of a text file. */
final class TextMutator implements Mutator {
  /** Characters that readers treat specially, or should. */
  private static final List<String> ODD =
      List.of(
          "\0",
          "\uFEFF",
          "\u202E",
          "\u2028",
          "\u0085",
          "\r",
          "\n",
          "\t",
          "\"",
          "\"\"",
          "'",
          "\\",
          "\\\"",
          ",",
          ";",
          " ",
          "\u00A0",
          "é",
          "e\u0301",
          "ﬁ",
          "😀",
          "\uD83D\uDE00\u200D",
          "#",
          "##",
          "%s",
          "$1",
          "../",
          "-1",
          "99999999999999999999",
          "NaN",
          "1e999",
          "null");

  /** Bytes that are no UTF-8: half of a surrogate pair, an overlong slash, a lone lead byte. */
  private static final byte[][] INVALID = {
    {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
    {(byte) 0xC0, (byte) 0xAF},
    {(byte) 0xF0},
    {(byte) 0xE9}
  };

  private final List<String> pieces;

  TextMutator() {
    this(List.of());
  }

  /**
   * @param pieces to put in as lines of their own, too
   */
  TextMutator(List<String> pieces) {
    this.pieces = List.copyOf(pieces);
  }

  @Override
  public Edit mutate(byte[] file, RandomGenerator random) {
    // One byte a character, so that nothing is lost where the file is no UTF-8.
    String text = new String(file, StandardCharsets.ISO_8859_1);
    List<String> lines = new ArrayList<>(Arrays.asList(text.split("(?<=\n)", -1)));
    int line = random.nextInt(lines.size());
    int other = random.nextInt(lines.size());
    int at = random.nextInt(text.length() + 1);
    switch (random.nextInt(pieces.isEmpty() ? 10 : 13)) {
      case 0 -> {
        lines.remove(line);
        return lines(lines, "line " + line + " left out");
      }
      case 1 -> {
        lines.add(other, lines.get(line));
        return lines(lines, "line " + line + " once more before line " + other);
      }
      case 2 -> {
        String first = lines.get(line);
        lines.set(line, lines.get(other));
        lines.set(other, first);
        return lines(lines, "lines " + line + " and " + other + " swapped");
      }
      case 3 -> {
        lines.set(line, lines.get(line).stripTrailing());
        return lines(lines, "line break of line " + line + " left out");
      }
      case 4 -> {
        return Edit.of(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1), "CR LF");
      }
      case 5 -> {
        byte[] invalid = INVALID[random.nextInt(INVALID.length)];
        return Edit.of(
            ByteMutator.splice(file, at, 0, invalid),
            "bytes %s that are no UTF-8 at byte %d".formatted(Arrays.toString(invalid), at));
      }
      case 6 -> {
        String odd = ODD.get(random.nextInt(ODD.size()));
        int times = random.nextInt(2) == 0 ? 2 : 1 << random.nextInt(17);
        return insert(file, at, odd.repeat(times), show(odd) + " × " + times);
      }
      case 7, 8, 9 -> {
        String odd = ODD.get(random.nextInt(ODD.size()));
        return insert(file, at, odd, show(odd));
      }
      default -> {
        String piece = pieces.get(random.nextInt(pieces.size()));
        int before = String.join("", lines.subList(0, line)).length();
        return insert(file, before, piece + "\n", show(piece) + " before line " + line);
      }
    }
  }

  private static Edit insert(byte[] file, int at, String added, String shown) {
    return Edit.of(
        ByteMutator.splice(file, at, 0, added.getBytes(StandardCharsets.UTF_8)),
        shown + " added at byte " + at);
  }

  private static Edit lines(List<String> lines, String description) {
    return Edit.of(String.join("", lines).getBytes(StandardCharsets.ISO_8859_1), description);
  }

  /** A text in one line of plain characters, cut where it is long. */
  static String show(String text) {
    StringBuilder shown = new StringBuilder("\"");
    for (int i = 0; i < Math.min(60, text.length()); i++) {
      char c = text.charAt(i);
      shown.append(c >= ' ' && c < 127 ? String.valueOf(c) : "\\u%04x".formatted((int) c));
    }
    return shown.append(text.length() > 60 ? "…\" of " + text.length() : "\"").toString();
  }
}
