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
 * What the ranks of a {@link TrainingGroup} must agree on, so that none goes another way than the
 * others. One process by itself agrees with itself, at no cost.
 */
final class Agreement {
  private final TrainingGroup group;
  private final boolean alone;

  Agreement(TrainingGroup group) {
    this.group = group;
    this.alone = group == TrainingGroup.ALONE;
  }

  /** Whether this rank writes what the group writes. */
  boolean isWriter() {
    return group.rank() == 0;
  }

  /**
   * This rank's examples of a batch, about as long together as those of any other rank; none where
   * there are fewer examples than ranks.
   *
   * @param lengths by example
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

  /** Whether any rank says so. */
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

  /** What rank 0 has: another processor may round otherwise. */
  double ofFirst(double own) throws IOException {
    return alone ? own : ByteBuffer.wrap(group.gather(bytes(own)).get(0)).getDouble();
  }

  private static byte[] bytes(double own) {
    return ByteBuffer.allocate(Double.BYTES).putDouble(own).array();
  }

  /**
   * Adds up the gradients of all ranks, in place, and gives the norm of the sums.
   *
   * @param addends this rank's, one or more for each parameter; the first becomes the sum
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
   * Refuses ranks that differ.
   *
   * @param what is compared, for the message
   * @param own the same text at all ranks
   * @throws IllegalStateException at all ranks, naming the first that differs from rank 0
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
