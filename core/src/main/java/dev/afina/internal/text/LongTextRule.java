package dev.afina.internal.text;

import dev.afina.tokenization.Tokenizer;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** How a text becomes a {@link Document} if it is longer than a model's input. Immutable. */
public sealed interface LongTextRule {

  /**
   * The tokens of a text or pair.
   *
   * @throws IllegalArgumentException as {@link #requireRoom}
   */
  Document read(Tokenizer tokenizer, String text, @Nullable String pair, int maxTokens);

  /**
   * Refuses what does not fit into the length.
   *
   * @param room content tokens that fit beside the special ones, 1 or more
   * @param isPair whether they are of two texts
   */
  void requireRoom(int room, int maxTokens, boolean isPair);

  /** How the windows of a text are combined. */
  default Combination combination() {
    return Combination.MEAN;
  }

  /** Cuts off the end. */
  record Cut() implements LongTextRule {

    @Override
    public Document read(Tokenizer tokenizer, String text, @Nullable String pair, int maxTokens) {
      return Document.of(tokenizer.encode(text, pair, maxTokens));
    }

    @Override
    public void requireRoom(int room, int maxTokens, boolean isPair) {
      // any will do
    }

    @Override
    public String toString() {
      return "cut";
    }
  }

  /**
   * Cuts out the middle.
   *
   * @param headTokens how many tokens to keep from the beginning; empty for about a quarter of what
   *     is kept
   */
  record HeadAndTail(OptionalInt headTokens) implements LongTextRule {
    /** The first 128 of 510 tokens. */
    private static final int HEAD = 128;

    private static final int OF = 510;

    public HeadAndTail {
      if (headTokens.isPresent() && headTokens.getAsInt() < 0) {
        throw new IllegalArgumentException(
            "headAndTail: expected 0 head tokens or more, got " + headTokens.getAsInt());
      }
    }

    @Override
    public Document read(Tokenizer tokenizer, String text, @Nullable String pair, int maxTokens) {
      int special =
          pair == null ? tokenizer.specialTokensOfText() : tokenizer.specialTokensOfPair();
      int head = headTokens.orElse((maxTokens - special) * HEAD / OF);
      return Document.of(tokenizer.encodeHeadAndTail(text, pair, maxTokens, head));
    }

    @Override
    public void requireRoom(int room, int maxTokens, boolean isPair) {
      if (headTokens.isPresent() && headTokens.getAsInt() >= room) {
        throw new IllegalArgumentException(
            "headAndTail: expected fewer head tokens than the %s that fit beside the special tokens"
                    .formatted(room)
                + " of a %s into maxTokens %s, got %s"
                    .formatted(isPair ? "pair" : "text", maxTokens, headTokens.getAsInt()));
      }
    }

    @Override
    public String toString() {
      return headTokens.isPresent()
          ? "head of " + headTokens.getAsInt() + " tokens and tail"
          : "head and tail";
    }
  }

  /**
   * Reads overlapping windows.
   *
   * @param stride the number of tokens that neighbouring windows share
   * @param most the maximum number of windows; what does not fit into them is cut off
   */
  record Windows(int stride, Combination combination, int most) implements LongTextRule {
    /**
     * With 512 tokens each, about as many tokens as Longformer reads (Beltagy et al. 2020: 4,096).
     * The windows of a text are in memory together while it is trained on.
     */
    public static final int MOST = 8;

    public Windows {
      if (stride < 0) {
        throw new IllegalArgumentException(
            "windows: expected a stride of 0 or more, got " + stride);
      }
      if (most < 1) {
        throw new IllegalArgumentException(
            "windows: atMost: expected 1 window or more, got " + most);
      }
    }

    @Override
    public Document read(Tokenizer tokenizer, String text, @Nullable String pair, int maxTokens) {
      return Document.of(tokenizer.encodeWindows(text, pair, maxTokens, stride, most));
    }

    @Override
    public void requireRoom(int room, int maxTokens, boolean isPair) {
      int least = isPair ? room - room / 2 : room;
      if (stride >= least) {
        throw new IllegalArgumentException(
            "windows: expected a stride smaller than a window, which with maxTokens %s has room for"
                    .formatted(maxTokens)
                + " %s tokens of a text%s; got %s"
                    .formatted(least, isPair ? " beside its pair" : "", stride));
      }
    }

    @Override
    public String toString() {
      return "windows with stride %s, %s of at most %s"
          .formatted(stride, combination.name().toLowerCase(Locale.ROOT), most);
    }
  }
}
