package dev.afina.internal.serving;

import dev.afina.internal.engine.Workers;
import dev.afina.tokenization.Encoding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** How texts are divided into batches: the limits of a batch, and the batches of a list. */
final class Batches {
  /** Bounds the memory of one forward pass: about 100 MB per layer for a base-sized model. */
  static final int MAX_TOKENS = 1024;

  static final int MAX_TEXTS = 64;

  /** For smaller batches, handing them to another thread costs more than it saves. */
  static final int MIN_TOKENS = 64;

  /**
   * The limit for batches of long texts and of lists while short texts arrive, which wait for one
   * such batch at most. A lower limit would be slower: a token costs about 8 % more in batches of
   * 256 tokens than of 1,024.
   */
  static final int MAX_TOKENS_BESIDE_SHORT = 256;

  private Batches() {}

  /**
   * Divides a list into batches of similar length that keep all workers busy. The longest texts
   * come first, so that the last batches are small and all workers finish at about the same time.
   *
   * @return the indexes of the texts in each batch
   */
  static List<List<Integer>> of(List<Encoding> texts) {
    List<Integer> byLength =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> -texts.get(i).size()))
            .toList();
    long all = texts.stream().mapToLong(Encoding::size).sum();
    long share = (all + Workers.count() - 1) / Workers.count();
    return cut(byLength, texts, Math.max(MIN_TOKENS, Math.min(MAX_TOKENS, share)));
  }

  /** Divides a batch into smaller ones, for which short texts of other callers wait less. */
  static List<List<Integer>> smaller(List<Integer> batch, List<Encoding> texts) {
    return cut(batch, texts, MAX_TOKENS_BESIDE_SHORT);
  }

  private static List<List<Integer>> cut(List<Integer> order, List<Encoding> texts, long most) {
    List<List<Integer>> batches = new ArrayList<>();
    List<Integer> batch = new ArrayList<>();
    int tokens = 0;
    for (int i : order) {
      int size = texts.get(i).size();
      if (batch.size() == MAX_TEXTS || (!batch.isEmpty() && tokens + size > most)) {
        batches.add(batch);
        batch = new ArrayList<>();
        tokens = 0;
      }
      batch.add(i);
      tokens += size;
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }
}
