/**
 * Metrics of classification in plain Java: pure functions of truth and prediction, without tensors
 * and without dependencies.
 *
 * <ul>
 *   <li>{@link dev.afina.metrics.ConfusionMatrix} counts truth against prediction (rows = truth)
 *       and answers accuracy, precision, recall, F1, Matthews correlation and balanced accuracy;
 *   <li>{@link dev.afina.metrics.ClassificationReport} prints them in scikit-learn's layout;
 *   <li>{@link dev.afina.metrics.Metric} finds a metric by name;
 *   <li>{@link dev.afina.metrics.ProbabilityMetrics} judges probabilities.
 * </ul>
 *
 * <p>Classes are indices from 0. Values equal scikit-learn 1.9.1's to 1e-12 and reports to the
 * character; {@code interop/golden_metrics.py} writes the cases that the tests compare with. Where
 * a ratio has a zero denominator the metric is 0, as scikit-learn's default. Averages are over the
 * classes that occur in the truth or in the prediction.
 *
 * <p>Everything is immutable and safe to share between threads. A wrong argument gives an {@link
 * IllegalArgumentException} that says what was expected.
 */
@NullMarked
package dev.afina.metrics;

import org.jspecify.annotations.NullMarked;
