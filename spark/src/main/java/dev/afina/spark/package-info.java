/**
 * Text classification on Apache Spark. {@link dev.afina.spark.AfinaClassifierModel} classifies the
 * rows of a DataFrame on the executors; {@link dev.afina.spark.AfinaClassifier} fine-tunes one
 * model on several executors together; {@link dev.afina.spark.AfinaSpark} does both from {@code
 * spark-submit}.
 */
@NullMarked
package dev.afina.spark;

import org.jspecify.annotations.NullMarked;
