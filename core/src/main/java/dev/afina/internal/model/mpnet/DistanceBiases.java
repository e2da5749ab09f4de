package dev.afina.internal.model.mpnet;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.Embeddings;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.ParameterSpec.Part;
import dev.afina.internal.model.layers.Positions;
import dev.afina.internal.model.layers.Rows;

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

  /**
   * The biases of a batch.
   *
   * @param queries which tokens ask; they may ask all
   */
  Positions of(PackedBatch batch, Rows queries) {
    return Positions.biases(batch.groups().stream().map(g -> of(batch, queries, g)).toList());
  }

  private NDArray of(PackedBatch batch, Rows queries, PackedBatch.Group group) {
    int keys = group.length(); // S
    int asking = queries == Rows.ALL ? keys : 1; // Q
    long[] buckets = new long[Math.multiplyExact(asking, keys)];
    for (int q = 0; q < asking; q++) {
      for (int k = 0; k < keys; k++) {
        buckets[q * keys + k] = bucket(k - q);
      }
    }
    NDArray places = Autograd.indexes(batch.manager(), buckets).reshape(asking, keys);
    NDArray biases = Embeddings.rows(table.get(), places); // (Q, S, N)
    // tile copies, here to the order in which attention reads them fastest.
    return biases.transpose(2, 0, 1).expandDims(0).tile(1); // (1, N, Q, S)
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
