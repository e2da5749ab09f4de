package dev.afina.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Adds up tokens to words. A word is a run of letters and digits, with apostrophes inside; each
 * other character is one of its own, and so are those of scripts that write no spaces. Words that a
 * token reaches into are one, so a token belongs to one word.
 */
final class Words {
  private static final String LETTER =
      "[\\p{L}\\p{M}\\p{N}_&&[^\\p{IsIdeographic}\\p{IsHiragana}\\p{IsKatakana}\\p{IsThai}\\p{IsLao}"
          + "\\p{IsKhmer}\\p{IsMyanmar}]]";

  private static final Pattern PIECE =
      Pattern.compile(
          LETTER + "+(?:['’]" + LETTER + "+)*|(?!\\s)\\X", Pattern.UNICODE_CHARACTER_CLASS);

  private Words() {}

  private record Piece(int start, int end) {}

  /**
   * The words of a text that its tokens read, in their order.
   *
   * @param sequence 0 for the text, 1 for its pair
   * @param tokens those of this text, in their order
   */
  static List<WordAttribution> of(String text, int sequence, List<TokenAttribution> tokens) {
    List<Piece> pieces = pieces(text);
    int[] firstOfWord = IntStream.range(0, pieces.size()).toArray(); // by piece
    double[] sums = new double[pieces.size()]; // of the word, at its first piece
    boolean[] read = new boolean[pieces.size()];
    double spaces = 0; // of tokens of white space alone, which belong to the next word
    int last = -1;
    int at = 0;
    for (TokenAttribution token : tokens) {
      while (at < pieces.size() && pieces.get(at).end <= token.start()) {
        at++;
      }
      if (at == pieces.size() || pieces.get(at).start >= token.end()) {
        spaces += token.attribution();
        continue;
      }
      for (int i = at + 1; i < pieces.size() && pieces.get(i).start < token.end(); i++) {
        firstOfWord[i] = firstOfWord[at];
      }
      last = firstOfWord[at];
      read[last] = true;
      sums[last] += spaces + token.attribution();
      spaces = 0;
    }
    if (last >= 0) {
      sums[last] += spaces;
    }
    List<WordAttribution> words = new ArrayList<>();
    for (int first = 0; first < sums.length; first++) {
      if (read[first]) {
        int start = pieces.get(first).start;
        int end = pieces.get(lastOfWord(first, firstOfWord)).end;
        words.add(
            new WordAttribution(text.substring(start, end), sequence, start, end, sums[first]));
      }
    }
    return words;
  }

  private static List<Piece> pieces(String text) {
    List<Piece> pieces = new ArrayList<>();
    Matcher matcher = PIECE.matcher(text);
    while (matcher.find()) {
      pieces.add(new Piece(matcher.start(), matcher.end()));
    }
    return pieces;
  }

  private static int lastOfWord(int first, int[] firstOfWord) {
    int last = first;
    while (last + 1 < firstOfWord.length && firstOfWord[last + 1] == first) {
      last++;
    }
    return last;
  }
}
