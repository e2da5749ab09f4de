/**
 * Metrics of classification and regression in plain Java: pure functions of truth and prediction,
 * without tensors and without dependencies.
 *
 * <ul>
 *   <li>{@link dev.afina.metrics.ConfusionMatrix} counts truth against prediction (rows = truth)
 *       and answers accuracy, precision, recall, F1, Matthews correlation, Cohen's kappa and
 *       balanced accuracy; {@link dev.afina.metrics.MultiLabelMatrix} does so for texts with any
 *       number of labels;
 *   <li>{@link dev.afina.metrics.ClassificationReport} and {@link
 *       dev.afina.metrics.MultiLabelReport} print them in scikit-learn's layout;
 *   <li>{@link dev.afina.metrics.RankingMetrics}, {@link dev.afina.metrics.ProbabilityMetrics} and
 *       {@link dev.afina.metrics.Calibration} judge scores and probabilities;
 *   <li>{@link dev.afina.metrics.RegressionPredictions} judges numbers;
 *   <li>{@link dev.afina.metrics.Metric} is a figure with a name and a direction: those of {@link
 *       dev.afina.metrics.SingleLabelMetrics}, {@link dev.afina.metrics.MultiLabelMetrics} and
 *       {@link dev.afina.metrics.RegressionMetrics}, or your own;
 *   <li>{@link dev.afina.metrics.ConfidenceInterval} and {@link dev.afina.metrics.McNemarTest} tell
 *       what may be chance.
 * </ul>
 *
 * <p>Classes are indices from 0. Values equal those of scikit-learn 1.9.1 and scipy 1.17.1 to 1e-12
 * and reports to the character; {@code interop/golden_metrics.py} and {@code
 * interop/golden_figures.py} write the cases that the tests compare with. Where a ratio has a zero
 * denominator the metric is 0, as scikit-learn's default; a figure that is undefined there is NaN
 * here.
 *
 * <p>Everything is immutable and safe to share between threads. A wrong argument gives an {@link
 * IllegalArgumentException} that says what was expected; NaN among numbers is one.
 */
@NullMarked
package dev.afina.metrics;

import org.jspecify.annotations.NullMarked;
