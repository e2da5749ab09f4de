package dev.afina.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;

/**
 * The unit of work of the optimizer: a parameter, or some rows of a large one, so that the word
 * embedding, half of a small model, is divided among all workers.
 *
 * <p>Where slices begin depends on the parameters alone, not on the number of workers.
 *
 * @param place the index of the parameter
 * @param from the first row; 0 for a whole parameter
 * @param to the row after the last one; 0 for a small, whole parameter
 * @param size the number of elements
 * @param isWhole whether it is the whole parameter
 */
record Slice(int place, long from, long to, long size, boolean isWhole) {
  /** The maximum number of elements, unless {@link #ROWS} rows have more. */
  static final int NUMBERS = 1 << 18;

  /**
   * Slices start at multiples of this number of rows, so that they fill whole vectors of any kernel
   * (at most 16 floats). Each element is then at the same position of a vector as without slices,
   * which gives bit-identical results.
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
   * This slice of an array with the shape of the parameter: a view in {@code scope}, or the array
   * itself.
   */
  NDArray of(NDArray array, NDManager scope) {
    return isWhole ? array : array.get(scope, new NDIndex().addSliceDim(from, to));
  }
}
