package dev.afina.testing;

import dev.afina.Classifier;
import dev.afina.MultiLabelClassifier;
import dev.afina.Regressor;
import java.io.IOException;

/**
 * Models of 150 KB that load in a moment and give sensible predictions, for tests of a whole
 * program. They are BERT models with two layers and a hidden size of 32, trained on questions of
 * bank customers (BANKING77, Casanueva et al. 2020, CC BY 4.0). They know six intents and read at
 * most 64 tokens; any other text gets some prediction as well. Apart from float rounding,
 * predictions of one version are the same on all machines.
 *
 * <p>The constants are references that {@code load} accepts, for programs that read the model's
 * name from their configuration. PyTorch for the platform must be on the class path of the tests.
 */
public final class TinyModels {
  private static final String FOLDER = "classpath:dev/afina/testing/";

  /**
   * One label per text: {@code age_limit}, {@code card_arrival}, {@code change_pin}, {@code
   * exchange_rate}, {@code lost_or_stolen_card} or {@code terminate_account}.
   */
  public static final String CLASSIFIER = FOLDER + "tiny-classifier/";

  /** Any number of the same labels per text, for texts of one or two questions. */
  public static final String MULTI_LABEL_CLASSIFIER = FOLDER + "tiny-multi-label-classifier/";

  /** The number of questions in a text, 1 to 3, as the target {@code questions}. */
  public static final String REGRESSOR = FOLDER + "tiny-regressor/";

  private TinyModels() {}

  /** Loads {@link #CLASSIFIER}. The caller closes it. */
  public static Classifier classifier() throws IOException {
    return Classifier.load(CLASSIFIER);
  }

  /** Loads {@link #MULTI_LABEL_CLASSIFIER}. The caller closes it. */
  public static MultiLabelClassifier multiLabelClassifier() throws IOException {
    return MultiLabelClassifier.load(MULTI_LABEL_CLASSIFIER);
  }

  /** Loads {@link #REGRESSOR}. The caller closes it. */
  public static Regressor regressor() throws IOException {
    return Regressor.load(REGRESSOR);
  }
}
