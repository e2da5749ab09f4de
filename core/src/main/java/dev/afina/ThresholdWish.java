package dev.afina;

import java.util.Objects;

/** How the threshold of a label is to be chosen. */
sealed interface ThresholdWish {

  /** The threshold that maximizes a metric. */
  record Best(ThresholdMetric metric) implements ThresholdWish {
    public Best {
      Objects.requireNonNull(metric, "metric");
    }
  }

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
  record Given(double threshold) implements ThresholdWish {
    public Given {
      MultiLabelPrediction.requireThreshold(threshold);
    }
  }

  private static void requireWanted(String what, double least) {
    if (!(least > 0 && least <= 1)) {
      throw new IllegalArgumentException(
          what + ": " + least + ", expected a number over 0 and at most 1");
    }
  }
}
