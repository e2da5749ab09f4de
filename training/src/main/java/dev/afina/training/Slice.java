package dev.afina.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;

/**
 * What one worker sums and steps at once: a parameter, or some rows of a large one. So the word
 * embedding, half of a small model, is the work of all.
 *
 * <p>Where slices begin depends on the parameters alone, not on the number of workers.
 *
 * @param place of the parameter
 * @param from the first row; of a small parameter, which is whole, 0
 * @param to the row after the last one; of a small parameter 0
 * @param size in numbers
 * @param isWhole whether it is all of the parameter
 */
record Slice(int place, long from, long to, long size, boolean isWhole) {
  /** At most so many numbers, unless {@link #ROWS} rows have more. */
  static final int NUMBERS = 1 << 18;

  /**
   * Slices begin at multiples of so many rows, whose numbers fill whole vectors of any kernel (at
   * most 16 floats): then each number is at the same place of a vector as without slices, and has
   * the same bits.
   */
  private static final int ROWS = 16;

  /** The slices of all parameters, in their order. */
  static List<Slice> of(List<Parameter> parameters) {
    List<Slice> slices = new ArrayList<>();
    for (int place = 0; place < parameters.size(); place++) {
      NDArray array = parameters.get(place).array();
      long size = array.size();
      if (size <= NUMBERS) {
        slices.add(new Slice(place, 0, 0, size, true));
        continue;
      }
      long rows = array.getShape().get(0);
      long row = size / rows;
      long step = Math.max(1, NUMBERS / row / ROWS) * ROWS;
      for (long from = 0; from < rows; from += step) {
        long to = Math.min(rows, from + step);
        slices.add(new Slice(place, from, to, (to - from) * row, step >= rows));
      }
    }
    return slices;
  }

  /**
   * This slice of an array that is shaped as the parameter: a view in {@code scope}, or the array
   * itself.
   */
  NDArray of(NDArray array, NDManager scope) {
    return isWhole ? array : array.get(scope, new NDIndex().addSliceDim(from, to));
  }
}
