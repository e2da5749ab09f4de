package dev.afina.data;

import dev.afina.data.TargetColumns.Kind;
import dev.afina.internal.files.Excerpt;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Converts the objects of a JSON file to rows, and reports missing members. */
final class JsonExamples {
  /** The number of different sets of column names to share between rows. */
  private static final int SHAPES = 1_000;

  private final Path path;
  private final JsonFormat format;
  private final JsonRow.Members members;
  private final TargetReader targets;
  private final TargetReader.Fault fault;
  private final SharedTexts texts = new SharedTexts();
  private final Map<List<String>, ColumnNames> shapes = new HashMap<>();
  private final Set<String> neverFound;
  private List<String> firstNames = List.of();
  private long rows;

  /**
   * A converter for one file.
   *
   * @param classes the names of the classes, if labels may be class numbers; null for none
   * @param fault makes an exception that names the current place in the file
   */
  JsonExamples(
      Path path,
      JsonFormat format,
      JsonRow.Members members,
      @Nullable ClassNames classes,
      TargetReader.Fault fault)
      throws DatasetException {
    this.path = path;
    this.format = format;
    this.members = members;
    this.fault = fault;
    neverFound = new LinkedHashSet<>(format.kept().columns());
    List<String> target = format.target().columns();
    targets =
        new TargetReader(
            format.target(),
            "member",
            target.stream().map(Excerpt::quoted).toList(),
            target,
            classes,
            fault);
  }

  /** The members that a format reads. */
  static JsonRow.Members members(JsonFormat format) {
    Set<String> used = new LinkedHashSet<>(format.text());
    if (format.pair() != null) {
      used.add(format.pair());
    }
    used.addAll(format.target().columns());
    KeptColumns<String> kept = format.kept();
    return new JsonRow.Members(used, Set.copyOf(kept.columns()), kept.all());
  }

  /** Converts the next row. */
  Example example(JsonRow row) throws DatasetException {
    if (row.hasTooMany()) {
      throw fault.of(
          "more than %s members to keep; name those that matter by keep(...)"
              .formatted(JsonRow.MOST_MEMBERS));
    }
    String text = text(row); // first, so that its message comes first
    String pair = format.pair() == null ? null : string("pair", format.pair(), row);
    List<String> target = format.target().columns();
    @Nullable Cell[] cells = new @Nullable Cell[target.size()];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = target(target.get(i), row);
    }
    Example example = new Example(text, pair, targets.read(cells), kept(row));
    if (rows++ == 0) {
      firstNames = List.copyOf(row.names());
    }
    return example;
  }

  /**
   * Must be called at the end of the file.
   *
   * @return a line for the log, if any
   * @throws DatasetException if no row has a member that is to be kept
   */
  Optional<String> end() throws DatasetException {
    if (rows > 0 && !neverFound.isEmpty()) {
      throw new DatasetException(
          path,
          "no row has the member %s to keep, the first row has %s; name the member by JsonFormat.keep(...)"
              .formatted(
                  Excerpt.quoted(neverFound.iterator().next()), Excerpt.quotedList(firstNames)),
          null);
    }
    return targets.unknown();
  }

  private RowColumns kept(JsonRow row) throws DatasetException {
    List<String> names = format.kept().columns();
    if (format.kept().all()) {
      names = new ArrayList<>(row.found());
      names.removeAll(members.used());
    } else if (names.isEmpty()) {
      return RowColumns.NONE;
    }
    @Nullable Object[] values = new @Nullable Object[names.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = kept(names.get(i), row);
    }
    ColumnNames shape = shapes.get(names);
    if (shape == null) {
      shape = ColumnNames.of(names);
      if (shapes.size() < SHAPES) {
        shapes.put(shape.list(), shape);
      }
    }
    return new RowColumns(shape, values);
  }

  private @Nullable Object kept(String name, JsonRow row) throws DatasetException {
    if (!neverFound.isEmpty() && row.has(name)) {
      neverFound.remove(name);
    }
    Cell cell = row.value(name);
    if (cell instanceof Cell.Array several && several.cells().size() > Cell.MOST) {
      throw fault.of(
          "member %s has a list of more than %s values, too many to keep"
              .formatted(Excerpt.quoted(name), Cell.MOST));
    }
    Object value = ColumnValue.of(cell);
    return value instanceof String text ? texts.shared(text) : value;
  }

  private String text(JsonRow row) throws DatasetException {
    if (format.text().size() == 1) {
      return string("text", format.text().get(0), row);
    }
    List<String> parts = new ArrayList<>();
    for (String member : format.text()) {
      parts.add(string("text", member, row));
    }
    return String.join(format.joiner(), parts);
  }

  private String string(String role, String member, JsonRow row) throws DatasetException {
    requireMember(role, role, member, row);
    if (row.value(member) instanceof Cell.Text value) {
      return value.text();
    }
    throw fault.of(
        "member %s for the %s is %s, expected a string"
            .formatted(Excerpt.quoted(member), role, described(row.value(member))));
  }

  private @Nullable Cell target(String member, JsonRow row) throws DatasetException {
    Kind kind = format.target().kind();
    requireMember(kind == Kind.VALUES ? "values" : "label", kind.option(), member, row);
    return row.value(member);
  }

  private void requireMember(String role, String option, String member, JsonRow row)
      throws DatasetException {
    if (!row.has(member)) {
      throw fault.of(
          "no member %s for the %s, the row has %s; name the member by JsonFormat.%s(...)%s%s"
              .formatted(
                  Excerpt.quoted(member),
                  role,
                  row.names().isEmpty() ? "none" : Excerpt.quotedList(row.names()),
                  option,
                  option.equals("label") ? ", or call unlabelled()" : "",
                  row.array() == null || rows > 0
                      ? ""
                      : "; rows inside this object are read by JsonFormat.rowsIn("
                          + Excerpt.quoted(row.array())
                          + ")"));
    }
  }

  /** The kind of an unexpected value, for messages. */
  static String described(@Nullable Cell cell) {
    return cell instanceof Cell.Text
        ? "a string"
        : cell instanceof Cell.Array ? "an array" : Cell.described(cell);
  }
}
