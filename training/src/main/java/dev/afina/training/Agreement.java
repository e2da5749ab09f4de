package dev.afina.training;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.engine.Workers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * The decisions and sums on which the ranks of a {@link TrainingGroup} must agree, so that all take
 * the same steps. In a single process this costs nothing.
 */
final class Agreement {
  private final TrainingGroup group;
  private final boolean alone;

  Agreement(TrainingGroup group) {
    this.group = group;
    this.alone = group == TrainingGroup.ALONE;
  }

  /** Whether this rank writes files. */
  boolean isWriter() {
    return group.rank() == 0;
  }

  /** Whether there is only one process, without a group. */
  boolean isAlone() {
    return alone;
  }

  /**
   * This rank's share of the examples of a batch, of about the same total length as that of any
   * other rank; empty if there are fewer examples than ranks.
   *
   * @param lengths the length of each example
   */
  int[] share(int[] batch, int[] lengths) {
    if (alone) {
      return batch;
    }
    long[] sizes = Arrays.stream(batch).mapToLong(e -> Math.max(1, lengths[e])).toArray();
    List<int[]> shares = Workers.divide(sizes, group.size());
    if (group.rank() >= shares.size()) {
      return new int[0];
    }
    return Arrays.stream(shares.get(group.rank())).sorted().map(place -> batch[place]).toArray();
  }

  /** Whether this is true on any rank. */
  boolean any(boolean own) throws IOException {
    return alone ? own : numbers(own ? 1 : 0) > 0;
  }

  /** The sum over all ranks, in their order. */
  double sum(double own) throws IOException {
    return alone ? own : numbers(own);
  }

  private double numbers(double own) throws IOException {
    double sum = 0;
    for (byte[] of : group.gather(bytes(own))) {
      sum += ByteBuffer.wrap(of).getDouble();
    }
    return sum;
  }

  /** The value of rank 0, because another processor may round differently. */
  double ofFirst(double own) throws IOException {
    return alone ? own : ByteBuffer.wrap(group.gather(bytes(own)).get(0)).getDouble();
  }

  private static byte[] bytes(double own) {
    return ByteBuffer.allocate(Double.BYTES).putDouble(own).array();
  }

  /**
   * Sums the gradients of all ranks in place and returns the norm of the sums.
   *
   * @param addends this rank's gradients, one or more for each parameter; the first of them becomes
   *     the sum
   */
  double sumAndNorm(List<List<NDArray>> addends, AdamW optimizer) throws IOException {
    double own = optimizer.sumAndNorm(addends);
    if (alone) {
      return own;
    }
    List<NDArray> sums = addends.stream().map(of -> of.get(0)).toList();
    group.sum(sums.stream().map(PyTorch::memory).toList());
    return ofFirst(optimizer.sumAndNorm(sums.stream().map(List::of).toList()));
  }

  /**
   * Throws on all ranks if one of them differs.
   *
   * @param what the name of what is compared, for the message
   * @param own a text that must be the same on all ranks
   * @throws IllegalStateException with the first rank that differs from rank 0
   */
  void requireSame(String what, Supplier<String> own) throws IOException {
    if (alone) {
      return;
    }
    List<byte[]> all = group.gather(own.get().getBytes(StandardCharsets.UTF_8));
    for (int rank = 1; rank < all.size(); rank++) {
      if (!Arrays.equals(all.get(rank), all.get(0))) {
        throw new IllegalStateException(
            "%s: rank 0 of %s has %s, rank %s has %s; all need the same checkpoint, options and rows"
                .formatted(what, all.size(), text(all.get(0)), rank, text(all.get(rank))));
      }
    }
  }

  private static String text(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.length() <= 300 ? text : text.substring(0, 300) + "…";
  }
}
