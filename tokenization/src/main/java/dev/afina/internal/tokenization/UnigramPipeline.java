package dev.afina.internal.tokenization;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Unigram pipeline of the SentencePiece families. Added tokens are found in the original text,
 * then in the normalized text. What is between them is split into parts, and these are split at
 * each space, which becomes the prefix U+2581 of the next word.
 */
public final class UnigramPipeline implements TextPipeline {

  /** How a text is split into parts, before parts are split at spaces. */
  public enum Parts {
    /** Not at all. */
    WHOLE,
    /** At white space, which is removed. */
    WHITE_SPACE,
    /** At punctuation, each mark being a part of its own. */
    PUNCTUATION
  }

  /** Which parts get a leading space if they have none. */
  public enum Prefix {
    /** All parts. */
    ALWAYS,
    /** The part at the beginning of the whole text. */
    FIRST,
    /** None. */
    NEVER
  }

  private static final char BLOCK = '▁';
  private static final BitSet WHITE = UnicodeTables.get().set("bertWhite");
  private static final BitSet PUNCTUATION = UnicodeTables.get().set("bertPunctuation");

  private final AddedTokenFinder exact;
  private final List<TextStep> normalizer;
  private final AddedTokenFinder normalized;
  private final Parts parts;
  private final Prefix prefix;
  private final boolean splits;
  private final Unigram model;

  /**
   * A pipeline.
   *
   * @param exact the added tokens that are matched in the original text
   * @param normalizer the steps of the normalizer
   * @param normalized the added tokens that are matched in the normalized text, with their
   *     normalized contents
   * @param parts how a text is split into parts
   * @param prefix which parts get a leading space
   * @param splits whether a part is split at spaces; otherwise it is one word
   * @param model splits words into pieces
   */
  public UnigramPipeline(
      AddedTokenFinder exact,
      List<TextStep> normalizer,
      AddedTokenFinder normalized,
      Parts parts,
      Prefix prefix,
      boolean splits,
      Unigram model) {
    this.exact = exact;
    this.normalizer = List.copyOf(normalizer);
    this.normalized = normalized;
    this.parts = parts;
    this.prefix = prefix;
    this.splits = splits;
    this.model = model;
  }

  /** Normalizes a text, such as an added token. */
  public static String normalized(String text, List<TextStep> normalizer) {
    AlignedText last =
        new Buffers(text.length(), false)
            .normalize(text.toCharArray(), 0, text.length(), normalizer);
    return new String(last.chars(), 0, last.size());
  }

  /** Buffers for one text. */
  private static final class Buffers {
    private AlignedText text;
    private @Nullable AlignedText other;
    private char[] part = new char[64];

    Buffers(int expected, boolean aligned) {
      text = new AlignedText(expected, aligned);
    }

    AlignedText normalize(char[] whole, int from, int to, List<TextStep> steps) {
      text.read(whole, from, to);
      for (TextStep step : steps) {
        AlignedText into = other;
        if (into == null) {
          into = new AlignedText(text.size() + 16, text.aligned());
          other = into;
        }
        if (step.apply(text, into)) {
          other = text;
          text = into;
        }
      }
      return text;
    }

    /** A part with U+2581 for each space, and one in front. */
    char[] part(AlignedText from, int start, int end) {
      int size = end - start;
      if (part.length <= size) {
        part = new char[size + size / 2 + 1];
      }
      part[0] = BLOCK;
      System.arraycopy(from.chars(), start, part, 1, size);
      for (int i = 1; i <= size; i++) {
        if (part[i] == ' ') {
          part[i] = BLOCK;
        }
      }
      return part;
    }
  }

  @Override
  public boolean encode(String text, TokenList into) {
    char[] chars = text.toCharArray();
    Buffers buffers = new Buffers(chars.length, into.withPlaces() || prefix == Prefix.FIRST);
    AddedTokenFinder.Search search = exact.search(chars, 0, chars.length);
    int from = 0;
    while (search.next()) {
      encode(chars, from, search.start(), buffers, into);
      into.addWritten(search.id(), search.start(), search.end());
      from = search.end();
    }
    encode(chars, from, chars.length, buffers, into);
    return true;
  }

  private void encode(char[] whole, int from, int to, Buffers buffers, TokenList into) {
    if (from == to) {
      return;
    }
    AlignedText text = buffers.normalize(whole, from, to, normalizer);
    int at = 0;
    if (!normalized.isEmpty()) {
      AddedTokenFinder.Search search = normalized.search(text.chars(), 0, text.size());
      while (search.next()) {
        addParts(text, at, search.start(), buffers, into);
        boolean placed = into.withPlaces();
        into.addWritten(
            search.id(),
            placed ? text.start(search.start()) : 0,
            placed ? text.end(search.end() - 1) : 0);
        at = search.end();
      }
    }
    addParts(text, at, text.size(), buffers, into);
  }

  private void addParts(AlignedText text, int from, int to, Buffers buffers, TokenList into) {
    if (parts == Parts.WHOLE) {
      addPart(text, from, to, buffers, into);
      return;
    }
    BitSet between = parts == Parts.WHITE_SPACE ? WHITE : PUNCTUATION;
    int start = from;
    for (int i = from; i < to; ) {
      int c = text.codePoint(i);
      int end = i + Character.charCount(c);
      if (between.get(c)) {
        addPart(text, start, i, buffers, into);
        if (parts == Parts.PUNCTUATION) {
          addPart(text, i, end, buffers, into);
        }
        start = end;
      }
      i = end;
    }
    addPart(text, start, to, buffers, into);
  }

  private void addPart(AlignedText text, int from, int to, Buffers buffers, TokenList into) {
    if (from == to) {
      return;
    }
    char[] part = buffers.part(text, from, to);
    boolean prefixed =
        part[1] != BLOCK
            && (prefix == Prefix.ALWAYS || (prefix == Prefix.FIRST && text.start(from) == 0));
    int end = to - from + 1;
    int start = prefixed ? 0 : 1;
    for (int i = start + 1; i <= end; i++) {
      if (i == end || (splits && part[i] == BLOCK)) {
        addWord(text, from, part, start, i, into);
        start = i;
      }
    }
  }

  /** Adds a word of a part; U+2581 in front of the part has the offsets of what follows it. */
  private void addWord(
      AlignedText text, int partStart, char[] part, int start, int end, TokenList into) {
    into.nextWord();
    int[] tokens = model.tokens(part, start, end);
    int shift = partStart + start - 1;
    for (int i = 0; i < tokens.length; i += Unigram.STEP) {
      if (into.withPlaces()) {
        int first = Math.max(partStart, shift + tokens[i + 1]);
        int last = Math.max(partStart, shift + tokens[i + 2] - 1);
        into.add(tokens[i], text.start(first), text.end(last));
      } else {
        into.add(tokens[i]);
      }
    }
  }
}
