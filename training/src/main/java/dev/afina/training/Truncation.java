package dev.afina.training;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.internal.json.Members;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How many of a number of texts were cut because they are too long for the model, and by how much.
 * Immutable. Jackson and Gson serialize it as {@link #asMap()}.
 *
 * @param texts the number of texts
 * @param cut the number of texts that were cut
 * @param medianLost the median number of tokens that a cut text lost; 0 if none was cut
 * @param mostLost the greatest number of tokens that a text lost
 * @param counted whether the numbers of lost tokens are exact; otherwise they are lower bounds,
 *     because a very long text is not tokenized to its end
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public record Truncation(int texts, int cut, double medianLost, int mostLost, boolean counted)
    implements WrittenAsMap {

  /** The truncation of texts none of which was cut. */
  public static Truncation none(int texts) {
    return new Truncation(texts, 0, 0, 0, true);
  }

  /**
   * Summarizes the truncation of some texts.
   *
   * @param lost the number of tokens that each text lost; 0 if it was not cut
   * @param counted whether these numbers are exact
   */
  public static Truncation of(int[] lost, boolean counted) {
    int[] cut = IntStream.of(lost).filter(n -> n > 0).sorted().toArray();
    if (cut.length == 0) {
      return none(lost.length);
    }
    double median = (cut[(cut.length - 1) / 2] + (double) cut[cut.length / 2]) / 2;
    return new Truncation(lost.length, cut.length, median, cut[cut.length - 1], counted);
  }

  /** The share of the texts that were cut, in [0, 1]; 0 if there are no texts. */
  public double share() {
    return texts == 0 ? 0 : (double) cut / texts;
  }

  /**
   * The JSON form: {@code texts}, {@code cut}, {@code share}, {@code medianLost}, {@code mostLost}
   * and {@code counted}. Unmodifiable.
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
