package dev.afina.benchmarks;

import dev.afina.Classifier;
import dev.afina.ClassifierBuilder;

/** The one place that asks Afina for another precision than float32. */
final class Precisions {
  static final String FLOAT32 = "FLOAT32";
  static final String BFLOAT16 = "BFLOAT16";
  static final String INT8 = "INT8";

  private Precisions() {}

  /** A training in the precision named. */
  static ClassifierBuilder training(ClassifierBuilder builder, String precision) {
    return switch (precision) {
      case FLOAT32 -> builder;
      default -> throw missing(precision, "training");
    };
  }

  /** A classifier that predicts in the precision named; closes or returns the one given. */
  static Classifier predicting(Classifier classifier, String precision) {
    if (precision.equals(FLOAT32)) {
      return classifier;
    }
    classifier.close();
    throw missing(precision, "prediction");
  }

  private static UnsupportedOperationException missing(String precision, String what) {
    return new UnsupportedOperationException(
        what + " in " + precision + " is not available in this version of Afina");
  }
}
