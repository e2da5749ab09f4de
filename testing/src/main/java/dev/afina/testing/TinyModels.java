package dev.afina.testing;

import dev.afina.Classifier;
import dev.afina.MultiLabelClassifier;
import dev.afina.Regressor;
import java.io.IOException;

/**
 * Models of 150 KB that answer sensibly and load in a moment, for tests that run a program with all
 * its parts: BERTs of two layers of 32 numbers, trained on questions of bank customers (BANKING77,
 * Casanueva et al. 2020, CC BY 4.0). They know six intents, read at most 64 tokens, and the same
 * ones of the same version say the same on any machine, but for float rounding. What is no question
 * to a bank gets some answer, too.
 *
 * <p>Who loads one closes it. A program that is told by a setting which model to load is told one
 * of the references here. PyTorch for the platform must be on the class path of the tests.
 */
public final class TinyModels {
  private static final String FOLDER = "classpath:dev/afina/testing/";

  /**
   * One label a text: {@code age_limit}, {@code card_arrival}, {@code change_pin}, {@code
   * exchange_rate}, {@code lost_or_stolen_card} or {@code terminate_account}.
   */
  public static final String CLASSIFIER = FOLDER + "tiny-classifier/";

  /** The same labels, but all that a text asks for: texts are one question or two. */
  public static final String MULTI_LABEL_CLASSIFIER = FOLDER + "tiny-multi-label-classifier/";

  /** How many questions a text is, 1 to 3, as the target {@code questions}. */
  public static final String REGRESSOR = FOLDER + "tiny-regressor/";

  private TinyModels() {}

  /** Loads {@link #CLASSIFIER}; to be closed by the caller. */
  public static Classifier classifier() throws IOException {
    return Classifier.load(CLASSIFIER);
  }

  /** Loads {@link #MULTI_LABEL_CLASSIFIER}; to be closed by the caller. */
  public static MultiLabelClassifier multiLabelClassifier() throws IOException {
    return MultiLabelClassifier.load(MULTI_LABEL_CLASSIFIER);
  }

  /** Loads {@link #REGRESSOR}; to be closed by the caller. */
  public static Regressor regressor() throws IOException {
    return Regressor.load(REGRESSOR);
  }
}
