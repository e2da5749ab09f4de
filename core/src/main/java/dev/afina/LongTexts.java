package dev.afina;

import dev.afina.card.LongTextFacts;
import dev.afina.internal.text.Combination;
import dev.afina.internal.text.LongTextRule;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How a model handles texts longer than its input, in training and in prediction: it {@linkplain
 * #cut() cuts} them, keeps their {@linkplain #headAndTail() head and tail}, or reads them in
 * {@linkplain #windows windows}. Saved with the model. Immutable. What does not fit into the
 * model's maxTokens is rejected when a model is trained or made with it.
 */
public sealed class LongTexts {
  private final LongTextRule rule;

  private LongTexts(LongTextRule rule) {
    this.rule = rule;
  }

  /** How users name a rule. */
  static LongTexts of(LongTextRule rule) {
    return rule instanceof LongTextRule.Windows windows
        ? new Windows(windows)
        : new LongTexts(rule);
  }

  /** Cuts off the end of the text, as transformers does. The default. */
  public static LongTexts cut() {
    return new LongTexts(new LongTextRule.Cut());
  }

  /**
   * Cuts out the middle of the text. About a quarter of what is kept is its head, the rest its
   * tail: 128 and 382 of 510 tokens, as in Sun et al. 2019 (How to Fine-Tune BERT for Text
   * Classification?, arXiv 1905.05583).
   */
  public static LongTexts headAndTail() {
    return new LongTexts(new LongTextRule.HeadAndTail(OptionalInt.empty()));
  }

  /**
   * Cuts out the middle of the text. In a pair, the head is shared between the two texts in
   * proportion to their lengths.
   *
   * @param headTokens the number of tokens to keep from the beginning, 0 or more, and fewer than
   *     fit into maxTokens beside the special tokens; the rest of the room is filled from the end
   * @throws IllegalArgumentException if it is negative
   */
  public static LongTexts headAndTail(int headTokens) {
    return new LongTexts(new LongTextRule.HeadAndTail(OptionalInt.of(headTokens)));
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
   * @throws IllegalArgumentException if it is negative
   */
  public static Windows windows(int stride) {
    return new Windows(
        new LongTextRule.Windows(stride, Combination.MEAN, LongTextRule.Windows.MOST));
  }

  /** What is done with a text. */
  LongTextRule rule() {
    return rule;
  }

  /** As shown in cards. */
  LongTextFacts facts() {
    if (rule instanceof LongTextRule.Windows windows) {
      return new LongTextFacts(
          windows.combination() == Combination.MEAN
              ? LongTextFacts.Kind.MEAN_OF_WINDOWS
              : LongTextFacts.Kind.MAXIMUM_OF_WINDOWS,
          windows.stride(),
          windows.most());
    }
    return rule instanceof LongTextRule.HeadAndTail
        ? new LongTextFacts(LongTextFacts.Kind.HEAD_AND_TAIL, 0, 1)
        : LongTextFacts.cut();
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof LongTexts that && rule.equals(that.rule);
  }

  @Override
  public final int hashCode() {
    return rule.hashCode();
  }

  /** All settings, for example {@code windows with stride 32, mean of at most 8}. */
  @Override
  public String toString() {
    return rule.toString();
  }

  /** Reads all of a text in overlapping windows; see {@link LongTexts#windows}. */
  public static final class Windows extends LongTexts {
    private final LongTextRule.Windows own;

    private Windows(LongTextRule.Windows own) {
      super(own);
      this.own = own;
    }

    /** Averages the logits of the windows. The default. */
    public Windows averaged() {
      return with(Combination.MEAN);
    }

    /**
     * Takes the maximum of each logit over the windows: for labels that a single passage decides.
     */
    public Windows maximum() {
      return with(Combination.MAXIMUM);
    }

    /**
     * Limits the number of windows per text; the rest of the text is cut off and counted as cut.
     * Default: 8. Time, and memory in training, grow with it.
     *
     * @param windows 1 or more
     * @throws IllegalArgumentException if it is out of range
     */
    public Windows atMost(int windows) {
      return new Windows(new LongTextRule.Windows(own.stride(), own.combination(), windows));
    }

    private Windows with(Combination combination) {
      return new Windows(new LongTextRule.Windows(own.stride(), combination, own.most()));
    }
  }
}
