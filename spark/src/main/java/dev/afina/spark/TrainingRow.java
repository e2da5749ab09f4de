package dev.afina.spark;

import dev.afina.data.Example;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** A row to be sent to the ranks. Not a record, because Kryo cannot deserialize records. */
final class TrainingRow implements Serializable, Comparable<TrainingRow> {
  private static final long serialVersionUID = 1;

  private final long number;
  private final String text;
  private final @Nullable String pair;
  private final String label;
  private final boolean heldOut;

  /**
   * @param number the number of the row in the data, which defines the order on a single machine
   * @param heldOut whether the row is for evaluation rather than training
   */
  TrainingRow(long number, String text, @Nullable String pair, String label, boolean heldOut) {
    this.number = number;
    this.text = text;
    this.pair = pair;
    this.label = label;
    this.heldOut = heldOut;
  }

  boolean isHeldOut() {
    return heldOut;
  }

  Example example() {
    return pair == null ? Example.of(text, label) : Example.ofPair(text, pair, label);
  }

  @Override
  public int compareTo(TrainingRow other) {
    return Long.compare(number, other.number);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TrainingRow that && number == that.number;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(number);
  }
}
