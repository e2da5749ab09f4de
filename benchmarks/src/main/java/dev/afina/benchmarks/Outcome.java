package dev.afina.benchmarks;

import com.google.gson.JsonObject;

/**
 * What a row's measurement gave.
 *
 * @param figures of both sides
 * @param gate what was compared before, difference and limit
 * @param details more figures for the row, may be empty
 */
record Outcome(Comparison figures, String gate, JsonObject details) {
  Outcome(Comparison figures, String gate) {
    this(figures, gate, new JsonObject());
  }
}
