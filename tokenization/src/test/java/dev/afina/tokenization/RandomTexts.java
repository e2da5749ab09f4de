package dev.afina.tokenization;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Texts that a tokenizer may stumble over, the same in each run. */
final class RandomTexts {

  /** Characters of which each is a trap of its own kind, and what makes them one. */
  private static final String[] TRAPS = {
    "\u0130",
    "ẞ",
    "ς",
    "Σ",
    "ǅ",
    "ŉ",
    "\u0345",
    "ﬃ",
    "ΰ",
    "Ⅷ", // case
    "\u0301",
    "\u0327",
    "\u0344",
    "\u0334",
    "\u05B0",
    "\u0E48",
    "\u093C",
    "\u302E",
    "\u1D16D", // marks
    "\u1BAA",
    "\uD834\uDD65",
    "\uD804\uDDC0",
    "\u0F71\u0F74",
    "\u0958",
    "\u212B",
    "\u2126",
    "\uFB1D",
    "\u0000",
    "\u0001",
    "\u007F",
    "\u0085",
    "\u00AD",
    "\u200D",
    "\u2028",
    "\uFEFF",
    "\uFFFD",
    "\uFFFE",
    " ",
    " ",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\u00A0",
    "\u2009",
    "\u3000",
    "\u180E",
    "\u1680",
    "😀",
    "👩‍👩‍👧‍👦",
    "🏳️‍🌈",
    "👍🏽",
    "\uD83C\uDDE9\uD83C\uDDEA",
    "\uDB40\uDC01",
    "\uDBFF\uDFFF",
    "\uD83A\uDD22",
    "中",
    "文",
    "\uF900",
    "\uFA0E",
    "\uD840\uDC00",
    "\uD87E\uDC00",
    "\uD86E\uDD20",
    "々",
    "〇",
    "가",
    "각",
    "\u1100\u1161\u11A8",
    "が",
    "か\u3099",
    "ｶﾞ",
    "ﬁ",
    "①",
    "½",
    "²",
    "\u0378",
    "\u0557",
    "\uABFF",
    "\uD83B\uDFFF",
    "\uD83E\uDFFF",
    "\uA7F5",
    "\u2E52",
    "\uD81B\uDEA0", // unassigned
    "'s",
    "'S",
    "'ll",
    "'",
    "''",
    "`",
    "_",
    "__",
    "-",
    "…",
    "。",
    "！",
    "«",
    "$",
    "+",
    "\uFF0B",
    "·",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "[UNK]",
    "[PAD]",
    "[cls]",
    "<s>",
    "</s>",
    "<mask>",
    " <mask> ",
    "[MASK",
    "##ing",
    "Ġ",
    "Ġa",
    "▁",
    "a",
    "e",
    "X",
    "9",
    "12345",
    "the",
    "ing",
    "Hello",
    "über",
    "Çà",
    "İstanbul"
  };

  private static final int[] PLANES = {0x80, 0x250, 0x3000, 0x10000, 0x20000, 0x110000};

  private RandomTexts() {}

  /** So many texts: mixtures of traps, random code points, and pieces of the golden lines. */
  static List<String> of(int count, long seed) throws IOException {
    Random random = new Random(seed);
    List<String> lines = Fixture.lines();
    List<String> texts = new ArrayList<>();
    while (texts.size() < count) {
      StringBuilder text = new StringBuilder();
      int parts = random.nextInt(12);
      for (int i = 0; i < parts; i++) {
        text.append(part(random, lines));
      }
      // Only well-formed text reaches a tokenizer.
      texts.add(WellFormed.text(text.toString()));
    }
    return texts;
  }

  private static String part(Random random, List<String> lines) {
    return switch (random.nextInt(8)) {
      case 0 -> Character.toString(random.nextInt(PLANES[random.nextInt(PLANES.length)]));
      case 1 -> " ";
      case 2 -> {
        String line = lines.get(random.nextInt(lines.size()));
        int from = random.nextInt(line.length() + 1);
        yield line.substring(from, from + random.nextInt(Math.min(40, line.length() - from) + 1));
      }
      case 3 -> TRAPS[random.nextInt(TRAPS.length)].repeat(1 + random.nextInt(3));
      case 4 -> random.nextInt(20) == 0 ? "ab".repeat(40 + random.nextInt(30)) : "un";
      default -> TRAPS[random.nextInt(TRAPS.length)];
    };
  }
}
