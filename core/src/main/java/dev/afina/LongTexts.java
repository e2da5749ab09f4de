package dev.afina;

import com.google.gson.JsonObject;
import dev.afina.tokenization.Tokenizer;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How a model handles texts longer than its input, in training and in prediction: it {@linkplain
 * #cut() cuts} them, keeps their {@linkplain #headAndTail() head and tail}, or reads them in
 * {@linkplain #windows windows}. Saved with the model. Immutable.
 */
public abstract sealed class LongTexts {
  private LongTexts() {}

  /** Cuts off the end of the text, as transformers does. The default. */
  public static LongTexts cut() {
    return Cut.CUT;
  }

  /**
   * Cuts out the middle of the text. About a quarter of what is kept is its head, the rest its
   * tail: 128 and 382 of 510 tokens, as in Sun et al. 2019 (How to Fine-Tune BERT for Text
   * Classification?, arXiv 1905.05583).
   */
  public static LongTexts headAndTail() {
    return new HeadAndTail(OptionalInt.empty());
  }

  /**
   * Cuts out the middle of the text. In a pair, the head is shared between the two texts in
   * proportion to their lengths.
   *
   * @param headTokens the number of tokens to keep from the beginning, 0 or more, and fewer than
   *     fit into maxTokens beside the special tokens; the rest of the room is filled from the end
   */
  public static LongTexts headAndTail(int headTokens) {
    if (headTokens < 0) {
      throw new IllegalArgumentException(
          "headAndTail: expected 0 head tokens or more, got " + headTokens);
    }
    return new HeadAndTail(OptionalInt.of(headTokens));
  }

  /**
   * Reads all of the text, in overlapping windows of maxTokens, each with its own special tokens,
   * and averages their logits. The windows are those of Hugging Face's tokenizers with {@code
   * return_overflowing_tokens}. In training the loss is computed on the text, not on each window.
   *
   * <p>In a pair, the longer text is read in windows, each of which contains the other text,
   * limited to half of the room.
   *
   * <p>Training holds all windows of a batch in memory at once: use a smaller batch and more
   * accumulation steps.
   *
   * @param stride the number of tokens that neighbouring windows share (transformers' term), 0 or
   *     more, and less than the room for the text in a window
   */
  public static Windows windows(int stride) {
    return new Windows(stride, Combination.MEAN, Windows.MOST);
  }

  /**
   * The tokens of a text or pair.
   *
   * @throws IllegalArgumentException as {@link #requireRoom}
   */
  abstract Document read(Tokenizer tokenizer, String text, @Nullable String pair, int maxTokens);

  /**
   * Refuses what does not fit into the length.
   *
   * @param room content tokens that fit beside the special ones, 1 or more
   * @param isPair whether they are of two texts
   */
  abstract void requireRoom(int room, int maxTokens, boolean isPair);

  /** How the windows of a text are combined. */
  Combination combination() {
    return Combination.MEAN;
  }

  /** What is saved with a model, see {@link LongTextsJson}; empty for what every model does. */
  abstract Optional<JsonObject> json();

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof LongTexts that && toString().equals(that.toString());
  }

  @Override
  public final int hashCode() {
    return toString().hashCode();
  }

  /** All settings, for example {@code windows with stride 32, mean of at most 8}. */
  @Override
  public abstract String toString();

  private static final class Cut extends LongTexts {
    static final Cut CUT = new Cut();

    @Override
    Document read(Tokenizer tokenizer, String text, @Nullable String pair, int maxTokens) {
      return Document.of(tokenizer.encode(text, pair, maxTokens));
    }

    @Override
    void requireRoom(int room, int maxTokens, boolean isPair) {
      // any will do
    }

    @Override
    Optional<JsonObject> json() {
      return Optional.empty();
    }

    @Override
    public String toString() {
      return "cut";
    }
  }

  private static final class HeadAndTail extends LongTexts {
    /** The first 128 of 510 tokens. */
    private static final int HEAD = 128;

    private static final int OF = 510;

    private final OptionalInt headTokens;

    HeadAndTail(OptionalInt headTokens) {
      this.headTokens = headTokens;
    }

    @Override
    Document read(Tokenizer tokenizer, String text, @Nullable String pair, int maxTokens) {
      int room = room(tokenizer, maxTokens, pair != null);
      int head = headTokens.orElse(room * HEAD / OF);
      return Document.of(tokenizer.encodeHeadAndTail(text, pair, maxTokens, head));
    }

    @Override
    void requireRoom(int room, int maxTokens, boolean isPair) {
      if (headTokens.isPresent() && headTokens.getAsInt() >= room) {
        throw new IllegalArgumentException(
            "headAndTail: expected fewer head tokens than the %s that fit beside the special tokens"
                    .formatted(room)
                + " of a %s into maxTokens %s, got %s"
                    .formatted(isPair ? "pair" : "text", maxTokens, headTokens.getAsInt()));
      }
    }

    @Override
    Optional<JsonObject> json() {
      return Optional.of(LongTextsJson.headAndTail(headTokens));
    }

    @Override
    public String toString() {
      return headTokens.isPresent()
          ? "head of " + headTokens.getAsInt() + " tokens and tail"
          : "head and tail";
    }
  }

  /** Reads all of a text in overlapping windows; see {@link LongTexts#windows}. */
  public static final class Windows extends LongTexts {
    /**
     * With 512 tokens each, about as many tokens as Longformer reads (Beltagy et al. 2020: 4,096).
     * The windows of a text are in memory together while it is trained on.
     */
    static final int MOST = 8;

    private final int stride;
    private final Combination combination;
    private final int most;

    Windows(int stride, Combination combination, int most) {
      if (stride < 0) {
        throw new IllegalArgumentException(
            "windows: expected a stride of 0 or more, got " + stride);
      }
      if (most < 1) {
        throw new IllegalArgumentException(
            "windows: atMost: expected 1 window or more, got " + most);
      }
      this.stride = stride;
      this.combination = combination;
      this.most = most;
    }

    /** Averages the logits of the windows. The default. */
    public Windows averaged() {
      return new Windows(stride, Combination.MEAN, most);
    }

    /**
     * Takes the maximum of each logit over the windows: for labels that a single passage decides.
     */
    public Windows maximum() {
      return new Windows(stride, Combination.MAXIMUM, most);
    }

    /**
     * Limits the number of windows per text; the rest of the text is cut off and counted as cut.
     * Default: 8. Time, and memory in training, grow with it.
     *
     * @param windows 1 or more
     */
    public Windows atMost(int windows) {
      return new Windows(stride, combination, windows);
    }

    @Override
    Document read(Tokenizer tokenizer, String text, @Nullable String pair, int maxTokens) {
      return Document.of(tokenizer.encodeWindows(text, pair, maxTokens, stride, most));
    }

    @Override
    void requireRoom(int room, int maxTokens, boolean isPair) {
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
    Combination combination() {
      return combination;
    }

    @Override
    Optional<JsonObject> json() {
      return Optional.of(LongTextsJson.windows(stride, combination, most));
    }

    @Override
    public String toString() {
      return "windows with stride %s, %s of at most %s"
          .formatted(stride, combination.name().toLowerCase(Locale.ROOT), most);
    }
  }

  static int room(Tokenizer tokenizer, int maxTokens, boolean isPair) {
    return maxTokens - (isPair ? tokenizer.specialTokensOfPair() : tokenizer.specialTokensOfText());
  }
}
