package dev.afina.internal.model.mpnet;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.Embeddings;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.ParameterSpec.Part;
import dev.afina.internal.model.layers.Positions;

/**
 * A number for each head and distance of two tokens that is added to their attention score, the
 * same in all layers. Distances share it by buckets: each short one has its own, the longer ones a
 * wider and wider range (Raffel et al. 2020, arXiv 1910.10683, section 2.1).
 */
final class DistanceBiases {
  /** Half of them for keys before the query and the query itself, half for those after it. */
  static final int BUCKETS = 32;

  private static final int HALF = BUCKETS / 2;
  private static final int EXACT = HALF / 2;

  private final Binder.Array table;

  DistanceBiases(Binder encoder, int heads) {
    this.table = encoder.array("relative_attention_bias.weight", Part.ENCODER, BUCKETS, heads);
  }

  /** The biases of a batch. */
  Positions of(PackedBatch batch) {
    return Positions.biases(batch.groups().stream().map(g -> of(batch, g)).toList());
  }

  private NDArray of(PackedBatch batch, PackedBatch.Group group) {
    int length = group.length(); // S
    long[] buckets = new long[Math.multiplyExact(length, length)];
    for (int q = 0; q < length; q++) {
      for (int k = 0; k < length; k++) {
        buckets[q * length + k] = bucket(k - q);
      }
    }
    NDArray places = Autograd.indexes(batch.manager(), buckets).reshape(length, length);
    NDArray biases = Embeddings.rows(table.get(), places); // (S, S, N)
    // tile copies, here to the order in which attention reads them fastest.
    return biases.transpose(2, 0, 1).expandDims(0).tile(1); // (1, N, S, S)
  }

  /**
   * The bucket of a key that stands {@code distance} tokens after the query, or before it where
   * that is negative.
   *
   * <p>From {@link #EXACT} on, buckets begin at 8, 8·√2, 16, 16·√2, …; the last one never ends.
   */
  static int bucket(int distance) {
    int offset = distance > 0 ? HALF : 0;
    long far = Math.abs((long) distance);
    if (far < EXACT) {
      return offset + (int) far;
    }
    int halvings = 63 - Long.numberOfLeadingZeros(far * far); // ⌊2·log2(far)⌋, without rounding
    int first = 63 - Long.numberOfLeadingZeros((long) EXACT * EXACT);
    return offset + Math.min(HALF - 1, EXACT + halvings - first);
  }
}
