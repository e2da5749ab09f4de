package dev.afina.benchmarks;

/**
 * How much is measured.
 *
 * @param rounds that alternate
 * @param trainTexts of a round of training
 * @param longTexts of a round of training the base-sized model
 * @param testTexts to predict
 * @param fineTuneTexts that the model for prediction has seen
 * @param gateSteps updates whose losses are compared
 * @param longGateSteps the same of the base-sized model
 * @param quick whether the base-sized model is a tiny one
 */
record Scale(
    int rounds,
    int trainTexts,
    int longTexts,
    int testTexts,
    int fineTuneTexts,
    int gateSteps,
    int longGateSteps,
    boolean quick) {

  /** What the table says. */
  static Scale full(int rounds) {
    return new Scale(rounds, 480, 64, 1421, 3257, 20, 3, false);
  }

  /** Enough to see whether everything works; its figures mean nothing. */
  static Scale quick(int rounds) {
    return new Scale(rounds, 64, 8, 64, 320, 3, 1, true);
  }
}
