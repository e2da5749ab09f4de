package dev.afina.training;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.internal.json.Members;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How many of some texts were cut, and by how much, because they are longer than a model reads.
 * Immutable. Jackson and Gson write it as its {@link #asMap()}.
 *
 * @param texts how many texts there are
 * @param cut how many of them were cut
 * @param medianLost the median of the tokens that a cut text lost; 0 where none was cut
 * @param mostLost the most tokens that a text lost
 * @param counted whether the lost tokens are exact; false where a very long text was not tokenized
 *     to its end, so that it lost at least so many
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public record Truncation(int texts, int cut, double medianLost, int mostLost, boolean counted)
    implements WrittenAsMap {

  /** Nothing cut. */
  public static Truncation none(int texts) {
    return new Truncation(texts, 0, 0, 0, true);
  }

  /**
   * The figures of some texts.
   *
   * @param lost the tokens that each text lost, 0 for one that is whole; copied
   * @param counted whether those are exact
   */
  public static Truncation of(int[] lost, boolean counted) {
    int[] cut = IntStream.of(lost).filter(n -> n > 0).sorted().toArray();
    if (cut.length == 0) {
      return none(lost.length);
    }
    double median = (cut[(cut.length - 1) / 2] + (double) cut[cut.length / 2]) / 2;
    return new Truncation(lost.length, cut.length, median, cut[cut.length - 1], counted);
  }

  /** The share of the texts that were cut, in [0, 1]; 0 of no texts. */
  public double share() {
    return texts == 0 ? 0 : (double) cut / texts;
  }

  /**
   * What JSON says of it: {@code texts}, {@code cut}, {@code share}, {@code medianLost}, {@code
   * mostLost} and {@code counted}. Unmodifiable.
   */
  @Override
  public Map<String, Object> asMap() {
    return new Members()
        .with("texts", texts)
        .with("cut", cut)
        .with("share", share())
        .with("medianLost", medianLost)
        .with("mostLost", mostLost)
        .with("counted", counted)
        .asMap();
  }

  /** For example {@code 3 of 40 texts (7.5 %) were cut; the median of them lost 12 tokens …}. */
  @Override
  public String toString() {
    if (cut == 0) {
      return String.format(Locale.ROOT, "none of %d texts was cut", texts);
    }
    return String.format(
        Locale.ROOT,
        "%d of %d texts (%.1f %%) were cut; the median of them lost %s%s tokens, the longest %s%d",
        cut,
        texts,
        100 * share(),
        counted ? "" : "at least ",
        medianLost == Math.rint(medianLost)
            ? Long.toString((long) medianLost)
            : Double.toString(medianLost),
        counted ? "" : "at least ",
        mostLost);
  }
}
