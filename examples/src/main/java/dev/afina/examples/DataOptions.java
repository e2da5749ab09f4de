package dev.afina.examples;

import dev.afina.data.CsvFormat;
import dev.afina.data.CsvFormat.Quoting;
import dev.afina.data.Dataset;
import dev.afina.data.JsonFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which columns of a data file are what. */
final class DataOptions {
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = "--text",
      paramLabel = "COLUMN",
      showDefaultValue = Visibility.NEVER, // of an empty list
      description =
          "Column or JSON member of the text; given several times, the columns are joined by a blank."
              + " Default: text")
  private List<String> text = List.of();

  @Option(
      names = "--pair",
      paramLabel = "COLUMN",
      description = "Column of a second text. Default: none")
  private @Nullable String pair;

  @Mixin private final TargetOptions target = new TargetOptions();

  @Option(
      names = "--no-header",
      description = "The first line of CSV files is a row; columns are numbers, from 0.")
  private boolean noHeader;

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      description = "Between fields, \\t for a tab. Default: a comma, in .tsv files a tab")
  private @Nullable String delimiter;

  @Option(
      names = "--quoting",
      paramLabel = "KIND",
      description =
          "What a quote means in CSV and TSV files: doubled (RFC 4180, Excel, Python), backslash"
              + " (Spark) or none (a character like others, as in most .tsv files of shared tasks)."
              + " Default: doubled")
  private @Nullable String quoting;

  @Option(
      names = "--charset",
      paramLabel = "NAME",
      description =
          "Encoding, such as windows-1252, ISO-8859-1 or UTF-16. Default: UTF-8, or as the file's"
              + " byte order mark says")
  private @Nullable String charset;

  @Option(
      names = "--json-rows",
      paramLabel = "MEMBER",
      description =
          "JSON files are one object, and the rows are the array under this member or path"
              + " (data.rows). Default: an object a line, or one array of objects")
  private @Nullable String rowsIn;

  /** What rows are to teach. */
  TargetOptions target() {
    return target;
  }

  /** The names of the outputs where these options give them, else null. */
  String @Nullable [] names(Dataset train) {
    return target.names(train, !noHeader);
  }

  /** The rows of a file, whose name says what is in it. */
  Dataset read(Path file) throws IOException {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    if (plain.endsWith(".csv")) {
      return csv(file, csv(','));
    }
    if (plain.endsWith(".tsv")) {
      return csv(file, csv('\t'));
    }
    if (plain.endsWith(".jsonl") || plain.endsWith(".json")) {
      return Dataset.jsonLines(file, json());
    }
    throw wrong(
        file
            + ": expected a file that is called .csv, .tsv, .jsonl or .json, or such a one with .gz");
  }

  private Dataset csv(Path file, CsvFormat format) throws IOException {
    Dataset rows = Dataset.csv(file, format);
    return noHeader ? target.renamed(rows) : rows;
  }

  private CsvFormat csv(char usualDelimiter) {
    if (rowsIn != null) {
      throw wrong("--json-rows: not for CSV files");
    }
    try {
      CsvFormat format = (noHeader ? positions() : names()).delimiter(delimiter(usualDelimiter));
      format = charset == null ? format : format.charset(charset);
      return quoting == null ? format : format.quoting(quoting(quoting));
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
  }

  private CsvFormat names() {
    CsvFormat format = CsvFormat.withHeader();
    if (!text.isEmpty()) {
      format = format.text(text.get(0), text.subList(1, text.size()).toArray(String[]::new));
    }
    if (pair != null) {
      format = format.pair(pair);
    }
    return target.byNames(format);
  }

  private CsvFormat positions() {
    if (text.isEmpty() || !target.haveColumns()) {
      throw wrong(
          "--no-header needs --text and --label, --label-columns or --value-columns with numbers of"
              + " columns, from 0");
    }
    int[] texts = text.stream().mapToInt(t -> TargetOptions.position("--text", t)).toArray();
    int[] more = Arrays.copyOfRange(texts, 1, texts.length);
    CsvFormat format = target.byPositions(CsvFormat.withoutHeader().text(texts[0], more));
    return pair == null ? format : format.pair(TargetOptions.position("--pair", pair));
  }

  private JsonFormat json() {
    if (text.size() > 1) {
      throw wrong("--text: a JSON Lines file takes one, got " + text);
    }
    if (noHeader || delimiter != null || quoting != null) {
      String option = noHeader ? "--no-header" : delimiter != null ? "--delimiter" : "--quoting";
      throw wrong(option + ": not for JSON files");
    }
    JsonFormat format = JsonFormat.standard();
    if (rowsIn != null) {
      format = format.rowsIn(rowsIn);
    }
    if (charset != null) {
      try {
        format = format.charset(charset);
      } catch (IllegalArgumentException e) {
        throw wrong(e.getMessage());
      }
    }
    if (!text.isEmpty()) {
      format = format.text(text.get(0));
    }
    if (pair != null) {
      format = format.pair(pair);
    }
    try {
      return target.members(format);
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
  }

  private char delimiter(char usual) {
    if (delimiter == null) {
      return usual;
    }
    if (delimiter.equals("\\t")) {
      return '\t';
    }
    if (delimiter.length() != 1) {
      throw wrong("--delimiter: expected one character or \\t, got \"" + delimiter + "\"");
    }
    return delimiter.charAt(0);
  }

  private Quoting quoting(String kind) {
    for (Quoting known : Quoting.values()) {
      if (known.name().equalsIgnoreCase(kind)) {
        return known;
      }
    }
    throw wrong("--quoting: expected doubled, backslash or none, got \"" + kind + "\"");
  }

  private ParameterException wrong(@Nullable String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
