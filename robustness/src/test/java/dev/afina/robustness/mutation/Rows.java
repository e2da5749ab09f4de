package dev.afina.robustness.mutation;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import dev.afina.data.Columns;
import dev.afina.data.Dataset;
import dev.afina.data.DatasetSplits;
import dev.afina.data.Example;
import dev.afina.data.HubDataset;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * What a user does with data files. Where a file is read, its rows are compared with those of a
 * plain second reader, so that no row is lost or changed without a word.
 */
final class Rows {
  private static final Gson GSON = new Gson();

  /** As Python writes it for a value that is missing. */
  private static final Pattern NAN = Pattern.compile("(?<=:\\s{0,3})NaN(?=\\s*[,}])");

  private Rows() {}

  static String csv(Path file) throws IOException {
    Dataset data = Dataset.csv(file);
    plainCsv(text(file)).ifPresent(rows -> requireEqual(rows, data));
    return shown(data);
  }

  static String jsonLines(Path file) throws IOException {
    Dataset data = Dataset.jsonLines(file);
    plainJsonLines(text(file)).ifPresent(rows -> requireEqual(rows, data));
    return shown(data);
  }

  static String parquet(Path file, Columns columns) throws IOException {
    return shown(Dataset.parquet(file, columns));
  }

  /** A folder as the Hub has them: a card and data files. */
  static String splits(Path folder) throws IOException {
    DatasetSplits splits = HubDataset.in(folder).load();
    StringBuilder seen = new StringBuilder(splits.labels().toString());
    for (String name : splits.names()) {
      seen.append(name).append(shown(splits.split(name)));
    }
    return seen.toString();
  }

  private static String shown(Dataset data) {
    StringBuilder seen = new StringBuilder().append(data.size());
    for (Example row : data) {
      seen.append('\n').append(row.label()).append('\t').append(row.text());
      if (row.labels() != null) {
        seen.append('\t').append(row.labels());
      }
    }
    return seen.toString();
  }

  private static void requireEqual(List<Example> rows, Dataset data) {
    if (rows.size() != data.size()) {
      throw new AssertionError("%d rows of %d".formatted(data.size(), rows.size()));
    }
    for (int i = 0; i < rows.size(); i++) {
      if (!rows.get(i).equals(data.get(i))) {
        throw new AssertionError("row %d is %s, not %s".formatted(i, data.get(i), rows.get(i)));
      }
    }
  }

  private static String text(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length > 2 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b) {
      bytes = new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /**
   * RFC 4180 in one loop, columns text and label.
   *
   * @return empty where a quote stands in a place where the RFC has none, so that readers differ
   */
  private static Optional<List<Example>> plainCsv(String text) {
    List<List<String>> records = new ArrayList<>();
    List<String> fields = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      StringBuilder field = new StringBuilder();
      if (text.charAt(at) == '"') {
        at++;
        while (at < text.length() && (text.charAt(at) != '"' || text.startsWith("\"\"", at))) {
          field.append(text.charAt(at));
          at += text.charAt(at) == '"' ? 2 : 1;
        }
        at++;
        if (at > text.length() || (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0)) {
          return Optional.empty();
        }
      } else {
        while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
          if (text.charAt(at) == '"') {
            return Optional.empty();
          }
          field.append(text.charAt(at++));
        }
      }
      fields.add(field.toString());
      if (at < text.length() && text.charAt(at) == ',') {
        at++;
        if (at == text.length()) {
          fields.add("");
        } else if ("\r\n".indexOf(text.charAt(at)) < 0) {
          continue;
        } else {
          fields.add("");
        }
      }
      at += text.startsWith("\r\n", at) ? 2 : 1;
      if (!fields.equals(List.of(""))) {
        records.add(List.copyOf(fields));
      }
      fields.clear();
    }
    List<Example> rows = new ArrayList<>();
    for (List<String> record : records.subList(1, records.size())) {
      String label = record.get(records.get(0).indexOf("label"));
      Example row = Example.of(record.get(records.get(0).indexOf("text")));
      rows.add(label.isBlank() ? row : row.withLabel(label));
    }
    return Optional.of(rows);
  }

  /** One object a line; empty where Gson's own reading differs from JSON. */
  private static Optional<List<Example>> plainJsonLines(String text) {
    List<Example> rows = new ArrayList<>();
    for (String line : text.split("\r\n|\r|\n", -1)) {
      if (line.isBlank()) {
        continue;
      }
      try {
        JsonObject object = GSON.fromJson(NAN.matcher(line).replaceAll("null"), JsonObject.class);
        Example row = Example.of(object.get("text").getAsString());
        if (object.get("label") instanceof JsonArray list) {
          rows.add(row.withLabels(list.asList().stream().map(Rows::label).toList()));
        } else {
          String label = object.get("label").isJsonNull() ? "" : label(object.get("label"));
          rows.add(label.isBlank() ? row : row.withLabel(label));
        }
      } catch (JsonParseException e) {
        return Optional.empty();
      }
    }
    return Optional.of(rows);
  }

  /** A number is the label that its value has, however it is written, unless it is long. */
  private static String label(JsonElement value) {
    String label = value.getAsString();
    if (!(value instanceof JsonPrimitive number && number.isNumber()) || label.length() > 90) {
      return label;
    }
    try {
      BigDecimal plain = new BigDecimal(label).stripTrailingZeros();
      boolean isLong = Math.max(plain.scale(), plain.precision() - plain.scale()) > 30;
      return isLong ? label : plain.toPlainString();
    } catch (NumberFormatException e) { // an exponent beyond all bounds
      return label;
    }
  }
}
