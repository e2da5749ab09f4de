package dev.afina.internal.tuning;

import dev.afina.internal.text.Document;
import dev.afina.training.TrainingGroup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes numbers for many texts, divided among the processes of a group.
 *
 * @param group the processes
 */
public record DividedList(TrainingGroup group) {
  private static final int MOST_BYTES = 1 << 30;

  /** Computes the numbers of a part. */
  public interface Work {
    List<float[]> of(List<Document> texts) throws IOException;
  }

  /**
   * Returns the numbers of all texts, in their order, on every process.
   *
   * @param work computes a row for each text; all rows have the same length
   */
  public List<float[]> map(List<Document> texts, Work work) throws IOException {
    if (group == TrainingGroup.ALONE) {
      return work.of(texts);
    }
    List<Document> own = texts.subList(bound(texts, group.rank()), bound(texts, group.rank() + 1));
    List<float[]> rows = own.isEmpty() ? List.of() : work.of(own);
    List<float[]> all = new ArrayList<>(texts.size());
    List<byte[]> gathered = group.gather(bytes(rows));
    for (int rank = 0; rank < gathered.size(); rank++) {
      addRows(gathered.get(rank), bound(texts, rank + 1) - bound(texts, rank), all);
    }
    return all;
  }

  private int bound(List<Document> texts, int rank) {
    return Math.toIntExact((long) texts.size() * rank / group.size());
  }

  private static byte[] bytes(List<float[]> rows) {
    long size = rows.isEmpty() ? 0 : (long) rows.size() * rows.get(0).length * Float.BYTES;
    if (size > MOST_BYTES) {
      throw new IllegalArgumentException(
          "validation data: %s texts of one process are more than several processes can exchange; take fewer rows to evaluate on"
              .formatted(rows.size()));
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) size);
    for (float[] row : rows) {
      for (float value : row) {
        bytes.putFloat(value);
      }
    }
    return bytes.array();
  }

  private static void addRows(byte[] bytes, int count, List<float[]> all) {
    ByteBuffer numbers = ByteBuffer.wrap(bytes);
    for (int i = 0; i < count; i++) {
      float[] row = new float[bytes.length / Float.BYTES / count];
      numbers.asFloatBuffer().get(row);
      numbers.position(numbers.position() + row.length * Float.BYTES);
      all.add(row);
    }
  }
}
