package dev.afina.spark;

import dev.afina.data.Example;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** A row on its way to the ranks. No record, because Kryo cannot read those. */
final class TrainingRow implements Serializable, Comparable<TrainingRow> {
  private static final long serialVersionUID = 1;

  private final long number;
  private final String text;
  private final @Nullable String pair;
  private final String label;
  private final boolean heldOut;

  /**
   * @param number of the row in the data, which is its place in the order of one machine
   * @param heldOut whether it is evaluated on, not trained on
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
