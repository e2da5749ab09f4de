/**
 * Text classification on Apache Spark: {@link dev.afina.spark.AfinaClassifierModel} scores the rows
 * of a DataFrame on its executors, {@link dev.afina.spark.AfinaClassifier} fine-tunes one model on
 * several of them.
 */
@NullMarked
package dev.afina.spark;

import org.jspecify.annotations.NullMarked;
