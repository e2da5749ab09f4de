package dev.afina.benchmarks;

import java.nio.file.Path;
import java.util.List;

/**
 * Texts in a file that both sides read.
 *
 * @param file JSON Lines with text and label
 * @param labels all of the data set, in the order of the model's outputs
 */
record Texts(Path file, List<String> labels) {}
