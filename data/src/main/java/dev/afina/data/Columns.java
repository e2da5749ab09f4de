package dev.afina.data;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of a table are the text, the second text and the label: of a Parquet file, or of
 * the files of a {@link HubDataset}, whatever their kind.
 *
 * <pre>{@code
 * Columns.standard().text("review_title", "review_body").label("stars")
 * }</pre>
 *
 * <p>Immutable: each method returns a new choice.
 */
public final class Columns {
  private final List<String> text;
  private final @Nullable String pair;
  private final @Nullable String label;
  private final String joiner;
  private final DataLimits limits;

  private Columns(
      List<String> text,
      @Nullable String pair,
      @Nullable String label,
      String joiner,
      DataLimits limits) {
    this.text = List.copyOf(text);
    this.pair = pair;
    this.label = label;
    this.joiner = joiner;
    this.limits = limits;
  }

  /** Text in {@code text}, label in {@code label}, no second text. */
  public static Columns standard() {
    return new Columns(List.of("text"), null, "label", " ", DataLimits.standard());
  }

  /**
   * The columns that are the text; several are joined in this order by a blank or what {@link
   * #joinedBy} says.
   */
  public Columns text(String first, String... more) {
    return new Columns(
        Stream.concat(Stream.of(first), Stream.of(more)).toList(), pair, label, joiner, limits);
  }

  /** The column of the second text. Default: none. */
  public Columns pair(String column) {
    return new Columns(text, column, label, joiner, limits);
  }

  /** The column of the label. A null or blank value, and -1 of named classes, is no label. */
  public Columns label(String column) {
    return new Columns(text, pair, column, joiner, limits);
  }

  /** No column is the label: the rows are to be predicted. */
  public Columns unlabelled() {
    return new Columns(text, pair, null, joiner, limits);
  }

  /** What stands between several text columns. Default: one blank. */
  public Columns joinedBy(String joiner) {
    return new Columns(text, pair, label, joiner, limits);
  }

  /** How large rows and what is packed may be. Default: {@link DataLimits#standard()}. */
  public Columns limits(DataLimits limits) {
    return new Columns(text, pair, label, joiner, Objects.requireNonNull(limits, "limits"));
  }

  /** Not empty. */
  List<String> text() {
    return text;
  }

  @Nullable String pair() {
    return pair;
  }

  @Nullable String label() {
    return label;
  }

  String joiner() {
    return joiner;
  }

  DataLimits limits() {
    return limits;
  }

  CsvFormat csv(char delimiter) {
    CsvFormat csv =
        CsvFormat.withHeader()
            .text(text.get(0), text.subList(1, text.size()).toArray(String[]::new))
            .joinedBy(joiner)
            .limits(limits)
            .delimiter(delimiter);
    csv = pair == null ? csv : csv.pair(pair);
    return label == null ? csv.unlabelled() : csv.label(label);
  }

  JsonFormat json() {
    JsonFormat json =
        JsonFormat.standard()
            .text(text.get(0), text.subList(1, text.size()).toArray(String[]::new))
            .joinedBy(joiner)
            .limits(limits);
    json = pair == null ? json : json.pair(pair);
    return label == null ? json.unlabelled() : json.label(label);
  }
}
