package dev.afina.internal.model.modernbert;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.Positions;
import java.nio.FloatBuffer;
import java.util.function.DoubleUnaryOperator;

/**
 * Cosines and sines of the angles by which queries and keys are turned (Su et al. 2021, arXiv
 * 2104.09864): at position p the pair i of D / 2 by p · θ^(−2i / D).
 *
 * @param headSize D, even
 * @param theta θ
 */
record RotaryTables(Binder binder, int headSize, double theta) {

  /** {@code positions}, turned. */
  Positions rotate(Positions positions, PackedBatch batch) {
    int longest = batch.groups().stream().mapToInt(PackedBatch.Group::length).max().orElseThrow();
    // As long as the texts ask for, in powers of 2: a config.json may allow any length.
    int rows = Integer.highestOneBit(Math.max(longest, 2) - 1) * 2;
    return positions.rotated(table("cosines", Math::cos, rows), table("sines", Math::sin, rows));
  }

  private NDArray table(String name, DoubleUnaryOperator function, int rows) {
    return binder
        .constant(name + " " + theta + " " + rows, manager -> table(manager, function, rows))
        .get();
  }

  /** (rows, D): each number twice, D / 2 apart. */
  private NDArray table(NDManager manager, DoubleUnaryOperator function, int rows) {
    int half = headSize / 2;
    NDArray table = manager.create(new Shape(rows, headSize));
    FloatBuffer numbers = PyTorch.memory(table);
    for (int i = 0; i < half; i++) {
      float frequency = (float) (1 / Math.pow(theta, 2.0 * i / headSize));
      for (int position = 0; position < rows; position++) {
        float angle = position * frequency; // in float32, as transformers
        float value = (float) function.applyAsDouble(angle);
        numbers.put(position * headSize + i, value);
        numbers.put(position * headSize + half + i, value);
      }
    }
    return table;
  }
}
