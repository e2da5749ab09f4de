package dev.afina.card;

import java.util.Objects;

/**
 * What a model does with texts longer than its input, as described in a card. Immutable.
 *
 * @param kind what is done
 * @param stride the number of tokens that neighbouring windows share; 0 without windows
 * @param most the maximum number of windows of a text; 1 without windows
 */
public record LongTextFacts(Kind kind, int stride, int most) {

  /** What is done with a long text. */
  public enum Kind {
    /** Its end is cut off. */
    CUT,
    /** Its middle is cut out. */
    HEAD_AND_TAIL,
    /** It is read in windows, and the mean of each of their logits counts. */
    MEAN_OF_WINDOWS,
    /** It is read in windows, and the maximum of each of their logits counts. */
    MAXIMUM_OF_WINDOWS
  }

  /** Refuses null. */
  public LongTextFacts {
    Objects.requireNonNull(kind, "kind");
  }

  /** The end of a long text is cut off. */
  public static LongTextFacts cut() {
    return new LongTextFacts(Kind.CUT, 0, 1);
  }

  /** As a sentence about texts longer than so many tokens. */
  String sentence(int maxTokens) {
    String texts = "Texts longer than " + maxTokens + " tokens ";
    return switch (kind) {
          case CUT -> texts + "are cut; what is cut off has no influence.";
          case HEAD_AND_TAIL ->
              texts
                  + "lose their middle, which has no influence; their beginning and their end are read.";
          case MEAN_OF_WINDOWS -> texts + windows(maxTokens, "mean");
          case MAXIMUM_OF_WINDOWS -> texts + windows(maxTokens, "maximum");
        }
        + " Two texts of a pair count together.";
  }

  private String windows(int maxTokens, String combination) {
    return "are read in up to %s windows of %s tokens, of which neighbours share %s; the %s of their logits counts. What is behind the last window has no influence."
        .formatted(most, maxTokens, stride, combination);
  }
}
