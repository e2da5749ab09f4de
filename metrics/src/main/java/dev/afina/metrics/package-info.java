/**
 * Metrics of classification and regression as pure functions of true and predicted values, in plain
 * Java without dependencies.
 *
 * <ul>
 *   <li>{@link dev.afina.metrics.ConfusionMatrix} counts truth against prediction (rows = truth)
 *       and computes accuracy, balanced accuracy, precision, recall, F1, Matthews correlation and
 *       Cohen's kappa; {@link dev.afina.metrics.MultiLabelMatrix} does the same for texts with any
 *       number of labels;
 *   <li>{@link dev.afina.metrics.ClassificationReport} and {@link
 *       dev.afina.metrics.MultiLabelReport} print these in scikit-learn's layout;
 *   <li>{@link dev.afina.metrics.RankingMetrics}, {@link dev.afina.metrics.ProbabilityMetrics} and
 *       {@link dev.afina.metrics.Calibration} evaluate scores and probabilities;
 *   <li>{@link dev.afina.metrics.RegressionPredictions} evaluates predicted numbers;
 *   <li>{@link dev.afina.metrics.Metric} is a metric with a name and a direction, for settings and
 *       logs: {@link dev.afina.metrics.SingleLabelMetrics}, {@link
 *       dev.afina.metrics.MultiLabelMetrics} and {@link dev.afina.metrics.RegressionMetrics} list
 *       those there are, and you can define your own;
 *   <li>{@link dev.afina.metrics.ConfidenceInterval} and {@link dev.afina.metrics.McNemarTest} show
 *       how much of a result may be chance.
 * </ul>
 *
 * <p>Classes are numbered from 0. Values equal those of scikit-learn 1.9.1 and scipy 1.17.1 to
 * within 1e-12, and reports are equal to the character; {@code interop/golden_metrics.py} and
 * {@code interop/golden_figures.py} write the cases that the tests compare with. A ratio with a
 * zero denominator is 0, which is scikit-learn's default; a metric that scikit-learn leaves
 * undefined is NaN.
 *
 * <p>Everything is immutable and thread safe. Invalid arguments, including NaN among the numbers,
 * throw an {@link IllegalArgumentException} that says what was expected.
 */
@NullMarked
package dev.afina.metrics;

import org.jspecify.annotations.NullMarked;
