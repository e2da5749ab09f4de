package dev.afina.tokenization;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes texts that are longer than a model's input, as windows or as head and tail. Of very long
 * texts only the parts that are kept are tokenized, if the tokenizer allows texts to be cut.
 */
final class LongTexts {
  private final Tokenizer tokenizer;
  private final @Nullable CutPoints cuts;
  private final Side side;
  private final boolean secondFirst;

  /**
   * @param cuts where the tokenizer allows a text to be cut; null for nowhere
   * @param side the end that windows reach last
   * @param secondFirst whether the template has the second text of a pair before the first
   */
  LongTexts(Tokenizer tokenizer, @Nullable CutPoints cuts, Side side, boolean secondFirst) {
    this.tokenizer = tokenizer;
    this.cuts = cuts;
    this.side = side;
    this.secondFirst = secondFirst;
  }

  /** The tokens of an excerpt of one of the texts, including the template. */
  private record Read(Tokens tokens, int sequence, Excerpt excerpt) {
    int count() {
      return tokens.count(sequence);
    }

    Slice slice(int from, int to) {
      return new Slice(tokens, sequence, from, to, excerpt.start());
    }
  }

  /** Tokenizes one of the texts, whose tokens do not depend on the other one. */
  private final class Reader {
    private final boolean isPair;
    private final boolean withOffsets;

    Reader(boolean isPair, boolean withOffsets) {
      this.isPair = isPair;
      this.withOffsets = withOffsets;
    }

    Tokens template() {
      return tokenizer.tokens("", isPair ? "" : null, false);
    }

    Read read(Excerpt excerpt, int sequence) {
      String text = excerpt.text();
      Tokens tokens =
          sequence == 0
              ? tokenizer.tokens(text, isPair ? "" : null, withOffsets)
              : tokenizer.tokens("", text, withOffsets);
      return new Read(tokens, sequence, excerpt);
    }

    /** Tokenizes all of a text, or enough of it for more than this number of tokens. */
    Read readMoreThan(int tokens, String text, int sequence, Side cutSide) {
      Read read = read(Excerpt.first(text, tokens, cuts, cutSide), sequence);
      while (!read.excerpt.whole() && read.count() <= tokens) {
        read = read(read.excerpt.longer(text, cuts, cutSide), sequence);
      }
      return read;
    }
  }

  /**
   * The kept tokens of a text.
   *
   * @param lost the number of tokens that are not kept
   * @param counted whether that number is exact rather than a lower bound
   */
  private record Kept(List<Slice> slices, int lost, boolean counted) {
    static final Kept NOTHING = new Kept(List.of(), 0, true);
  }

  /**
   * Windows over the longer of two texts.
   *
   * @param room content tokens that fit into a window
   * @param stride tokens that neighbouring windows share
   * @param most windows at most
   */
  TokenWindows windows(
      String text, @Nullable String pair, int room, int stride, int most, boolean withOffsets) {
    int needed = (int) Math.min(Integer.MAX_VALUE - 1, room + (most - 1L) * (room - stride));
    Reader reader = new Reader(pair != null, withOffsets);
    Read first = reader.readMoreThan(needed, text, 0, side);
    if (pair == null) {
      return windows(reader.template(), first, Kept.NOTHING, room, stride, most);
    }
    Read second = reader.readMoreThan(needed, pair, 1, side);
    // Only a part of a very long text is known; two such texts count as equally long.
    boolean secondIsLonger =
        Math.min(second.count(), needed + 1) > Math.min(first.count(), needed + 1);
    Read longer = secondIsLonger ? second : first;
    Read shorter = secondIsLonger ? first : second;
    int kept = Math.min(shorter.count(), room / 2);
    int lost = shorter.count() - kept;
    Slice slice =
        side == Side.RIGHT ? shorter.slice(0, kept) : shorter.slice(lost, shorter.count());
    Kept beside = new Kept(List.of(slice), lost, shorter.excerpt.whole());
    return windows(reader.template(), longer, beside, room - kept, stride, most);
  }

  private TokenWindows windows(
      Tokens template, Read text, Kept beside, int room, int stride, int most) {
    int count = text.count();
    boolean counted = text.excerpt.whole() && beside.counted;
    List<Encoding> windows = new ArrayList<>();
    int covered = 0;
    do {
      int from = windows.size() * (room - stride);
      covered = Math.min(count, from + room);
      List<Slice> slices = new ArrayList<>(beside.slices);
      slices.add(
          text.sequence == 0 ? 0 : slices.size(),
          side == Side.RIGHT
              ? text.slice(from, covered)
              : text.slice(count - covered, count - from));
      int outside = count - (covered - from) + beside.lost;
      windows.add(Slice.encoding(template, secondFirst, slices, outside, counted));
    } while (covered < count && windows.size() < most);
    return new TokenWindows(windows, count - covered + beside.lost, counted);
  }

  /**
   * The beginning and the end of each text.
   *
   * @param room content tokens that fit
   * @param headTokens tokens from the beginning if a text keeps {@code room} tokens; the same share
   *     if it keeps fewer
   */
  Encoding headAndTail(
      String text, @Nullable String pair, int room, int headTokens, boolean withOffsets) {
    Reader reader = new Reader(pair != null, withOffsets);
    Ends first = ends(reader, text, 0, room);
    if (pair == null) {
      return encoding(reader.template(), List.of(first.keep(room, room, headTokens)));
    }
    Ends second = ends(reader, pair, 1, room);
    Truncation keep =
        Truncation.longestFirst(
            Math.min(first.count(), room + 1), Math.min(second.count(), room + 1), room);
    return encoding(
        reader.template(),
        List.of(
            first.keep(keep.first(), room, headTokens),
            second.keep(keep.second(), room, headTokens)));
  }

  private Encoding encoding(Tokens template, List<Kept> texts) {
    return Slice.encoding(
        template,
        secondFirst,
        texts.stream().flatMap(text -> text.slices.stream()).toList(),
        texts.stream().mapToInt(Kept::lost).sum(),
        texts.stream().allMatch(Kept::counted));
  }

  /**
   * The tokenized beginning and end of a text: either both are the whole text, or they do not
   * overlap and each has more tokens than fit.
   */
  private record Ends(Read head, Read tail) {
    boolean whole() {
      return head.excerpt.whole();
    }

    /** The number of known tokens. */
    int count() {
      return whole() ? head.count() : head.count() + tail.count();
    }

    /** Keeps this many tokens, a share of them from the beginning and the others from the end. */
    Kept keep(int kept, int room, int headTokens) {
      int lost = Math.max(0, count() - kept);
      if (lost == 0) {
        return new Kept(List.of(head.slice(0, count())), 0, true);
      }
      int heads = (int) ((long) kept * headTokens / room);
      int tails = kept - heads;
      return new Kept(
          List.of(head.slice(0, heads), tail.slice(tail.count() - tails, tail.count())),
          lost,
          whole());
    }
  }

  private Ends ends(Reader reader, String text, int sequence, int room) {
    Read head = reader.readMoreThan(room, text, sequence, Side.RIGHT);
    if (head.excerpt.whole()) {
      return new Ends(head, head);
    }
    Read tail = reader.readMoreThan(room, text, sequence, Side.LEFT);
    if (tail.excerpt.whole()) {
      return new Ends(tail, tail);
    }
    if (head.excerpt.text().length() > tail.excerpt.start()) {
      Read all = reader.read(Excerpt.all(text), sequence);
      return new Ends(all, all);
    }
    return new Ends(head, tail);
  }
}
