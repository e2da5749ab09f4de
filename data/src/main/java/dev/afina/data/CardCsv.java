package dev.afina.data;

import static java.util.Map.entry;

import dev.afina.data.CsvFormat.Column;
import dev.afina.data.CsvFormat.Quoting;
import dev.afina.internal.files.Excerpt;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How a data set's card says that CSV files are read: by those arguments of pandas' {@code
 * read_csv} that an entry of {@code configs} may have.
 *
 * @param delimiter the character between fields; null for the usual one
 * @param charset the encoding; null for UTF-8 or that of the byte order mark
 */
record CardCsv(
    @Nullable Character delimiter, Quoting quoting, @Nullable Charset charset, CsvHead head) {
  /** What a card says that does not mention CSV. */
  static final CardCsv STANDARD = new CardCsv(null, Quoting.DOUBLED, null, CsvHead.LINE);

  /**
   * Arguments that change the rows and are not followed, with the value that changes nothing. Not
   * among them is {@code keep_default_na}: no word is taken for "no value" here anyway.
   */
  private static final Map<String, String> NOT_FOLLOWED =
      Map.ofEntries(
          entry("index_col", "null"),
          entry("usecols", "null"),
          entry("prefix", "null"),
          entry("true_values", "null"),
          entry("false_values", "null"),
          entry("skipinitialspace", "false"),
          entry("skipfooter", "0"),
          entry("nrows", "null"),
          entry("na_values", "null"),
          entry("skip_blank_lines", "true"),
          entry("thousands", "null"),
          entry("decimal", "."),
          entry("lineterminator", "null"),
          entry("quotechar", "\""),
          entry("doublequote", "true"),
          entry("escapechar", "null"),
          entry("comment", "null"),
          entry("dialect", "null"),
          entry("encoding_errors", "strict"),
          entry("on_bad_lines", "error"),
          entry("error_bad_lines", "true"));

  private static final int QUOTE_NONNUMERIC = 2;
  private static final int QUOTE_NONE = 3;

  /**
   * What an entry of {@code configs} says.
   *
   * @throws IllegalArgumentException if files cannot be read that way
   */
  static CardCsv of(Map<String, @Nullable Object> members) {
    return new CardCsv(delimiter(members), quoting(members), charset(members), head(members));
  }

  /** The members of the entry that should change the rows and do not, sorted. */
  static List<String> notFollowed(Map<String, @Nullable Object> members) {
    return members.keySet().stream()
        .filter(name -> !unchanged(name, members.get(name)))
        .sorted()
        .toList();
  }

  private static boolean unchanged(String name, @Nullable Object value) {
    String usual = NOT_FOLLOWED.get(name);
    return usual == null || value == null || usual.equals(String.valueOf(value));
  }

  /**
   * The format of a file.
   *
   * @param usual the delimiter if the card names none
   * @throws IllegalArgumentException if the columns have numbers and not these names, or the
   *     delimiter is a quote or a line break
   */
  CsvFormat format(Columns columns, char usual) {
    Character given = delimiter;
    return columns
        .csv(head, charset, head.hasNames() ? Column::named : CardCsv::numbered)
        .quoting(quoting)
        .delimiter(given == null ? usual : given);
  }

  /** As in Python, columns without names are called 0, 1, 2 and so on. */
  private static Column numbered(String name) {
    if (!name.matches("0|[1-9][0-9]{0,5}")) {
      throw new IllegalArgumentException(
          "there is no column %s, because its card says header: null, and columns without names are called 0, 1, 2, ...; choose some by Columns.text(\"0\") and label(\"1\")"
              .formatted(Excerpt.quoted(name)));
    }
    return Column.at(Integer.parseInt(name));
  }

  private static @Nullable Character delimiter(Map<String, @Nullable Object> members) {
    String name = members.get("delimiter") == null ? "sep" : "delimiter";
    Object value = members.get(name);
    if (value == null) {
      return null;
    }
    if (value.equals("\\t")) { // as it is written where YAML does not replace it
      return '\t';
    }
    if (value instanceof String text && text.length() == 1) {
      return text.charAt(0);
    }
    throw refused(name, value, "one character", "write the files with one");
  }

  private static Quoting quoting(Map<String, @Nullable Object> members) {
    Object value = members.get("quoting");
    if (value == null) {
      return Quoting.DOUBLED;
    }
    if (value instanceof Integer number && number >= 0 && number <= QUOTE_NONNUMERIC) {
      return Quoting.DOUBLED; // 0 to 2 concern writing only
    }
    if (value.equals(QUOTE_NONE)) {
      return Quoting.NONE;
    }
    throw refused("quoting", value, "0 to 3", "write the files with one of them");
  }

  /** The encoding that the entry names; null for none. */
  static @Nullable Charset charset(Map<String, @Nullable Object> members) {
    Object value = members.get("encoding");
    if (value == null) {
      return null;
    }
    String name = value.toString().toLowerCase(Locale.ROOT).replace('_', '-');
    return TextEncoding.named(
        switch (name) { // names that only Python has, and those by which Java means another one
          case "latin-1" -> "ISO-8859-1";
          case "utf-8-sig" -> "UTF-8";
          case "utf-16-le" -> "UTF-16LE";
          case "utf-16-be" -> "UTF-16BE";
          case "cp874" -> "x-windows-874";
          case "cp932", "932", "mskanji", "ms-kanji" -> "windows-31j";
          case "cp949", "949", "uhc" -> "x-windows-949";
          case "cp950", "950" -> "x-windows-950";
          case "mac-roman" -> "x-MacRoman";
          default -> name;
        });
  }

  private static CsvHead head(Map<String, @Nullable Object> members) {
    String name = members.get("column_names") == null ? "names" : "column_names";
    Object given = members.get(name);
    @Nullable List<String> names = given == null ? null : names(name, given);
    Object header = members.get("header");
    boolean isUsual = "infer".equals(header) || !members.containsKey("header");
    int above = header == null || isUsual ? 0 : number("header", header);
    boolean hasLine = isUsual ? names == null : header != null;
    return new CsvHead(skippedLines(members.get("skiprows")), above, hasLine, names);
  }

  private static List<String> names(String name, Object value) {
    List<String> names = new ArrayList<>();
    if (value instanceof List<?> list) {
      list.forEach(item -> names.add(String.valueOf(item)));
    }
    if (names.isEmpty()) {
      throw refused(name, value, "a list of names", "mend the card");
    }
    return names;
  }

  /** A number of lines, or the list of the first ones: 0, 1, 2. */
  private static int skippedLines(@Nullable Object value) {
    if (value == null) {
      return 0;
    }
    if (value instanceof List<?> list
        && list.equals(IntStream.range(0, list.size()).boxed().toList())) {
      return list.size();
    }
    return number("skiprows", value);
  }

  private static int number(String name, Object value) {
    if (value instanceof Integer number && number >= 0) {
      return number;
    }
    throw refused(name, value, "a number of lines", "take these lines out of the files");
  }

  private static IllegalArgumentException refused(
      String name, Object value, String expected, String wayOut) {
    return new IllegalArgumentException(
        "its card says %s: %s, expected %s; %s, or read the Hub's conversion to Parquet by named(\"owner/name@refs/convert/parquet\")"
            .formatted(name, Excerpt.of(value), expected, wayOut));
  }
}
