package dev.afina.internal.decision;

/** How the threshold of a label is to be chosen. */
public sealed interface ThresholdWish {

  /** A metric by the numbers of true and false positives and negatives. */
  interface Formula {
    double of(double tp, double fp, double fn, double tn);
  }

  /** The threshold that maximizes a metric; of several, the lowest. 1 may be the best of all. */
  record Best(Formula metric) implements ThresholdWish {}

  /** The lowest threshold with at least this precision. */
  record Precision(double least) implements ThresholdWish {
    public Precision {
      requireWanted("precision", least);
    }
  }

  /** The highest threshold with at least this recall. */
  record Recall(double least) implements ThresholdWish {
    public Recall {
      requireWanted("recall", least);
    }
  }

  /** A given threshold. */
  record Given(double threshold) implements ThresholdWish {}

  private static void requireWanted(String what, double least) {
    if (!(least > 0 && least <= 1)) {
      throw new IllegalArgumentException(
          what + ": " + least + ", expected a number over 0 and at most 1");
    }
  }
}
