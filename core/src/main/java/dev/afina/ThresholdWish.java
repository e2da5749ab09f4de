package dev.afina;

import java.util.Objects;

/** What is wanted of the threshold of a label. */
sealed interface ThresholdWish {

  /** The greatest value of a metric. */
  record Best(ThresholdMetric metric) implements ThresholdWish {
    public Best {
      Objects.requireNonNull(metric, "metric");
    }
  }

  /** At least this precision. */
  record Precision(double least) implements ThresholdWish {
    public Precision {
      requireWanted("precision", least);
    }
  }

  /** At least this recall. */
  record Recall(double least) implements ThresholdWish {
    public Recall {
      requireWanted("recall", least);
    }
  }

  /** This threshold. */
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
