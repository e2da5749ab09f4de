package dev.afina.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Reads files that are made to do harm; a program of its own, so that its heap can be small. Prints
 * a line for each.
 */
final class HostileData {
  private HostileData() {}

  public static void main(String[] args) throws IOException {
    if (args[0].equals("mutate")) {
      mutate(Path.of(args[1]), Long.parseLong(args[2]), Integer.parseInt(args[3]));
      return;
    }
    for (String file : args) {
      System.out.println(outcome(Path.of(file)));
    }
  }

  private static String outcome(Path file) {
    String name = file.getFileName().toString();
    try {
      if (name.startsWith("stream")) {
        try (Stream<Example> rows = Dataset.streamCsv(file, CsvFormat.withHeader().keepAll())) {
          return rows.count() + " rows";
        }
      }
      Dataset data =
          name.contains(".json")
              ? Dataset.jsonLines(
                  file,
                  kept(JsonFormat.standard().text(name.contains("path") ? "a.text" : "text"), name))
              : Dataset.csv(
                  file,
                  kept(name.contains(".tsv") ? CsvFormat.tsv() : CsvFormat.withHeader(), name));
      return data.size() + " rows";
    } catch (IOException | IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      if (message.length() > 1_000 || message.contains("\n") || message.endsWith(": null")) {
        throw new AssertionError("message: " + message, e);
      }
      return message;
    }
  }

  private static CsvFormat kept(CsvFormat format, String name) {
    return name.startsWith("keep") ? format.keepAll() : format;
  }

  private static JsonFormat kept(JsonFormat format, String name) {
    JsonFormat rows = name.startsWith("rowsIn") ? format.rowsIn("rows") : format;
    return name.startsWith("keep") ? rows.keepAll() : rows;
  }

  private static void mutate(Path folder, long seed, int rounds) throws IOException {
    String[] files = {
      "a.csv", "text,label\n\"a \"\"b\"\"\nc\",x\nd,y\n\n\u00e9\u6f22,x\n".repeat(4),
      "a.tsv", "text\tlabel\n\"a\tx\nb\"\ty\n".repeat(4),
      "a.jsonl",
          "{\"text\": \"a\\n\\u00e9\", \"label\": 1}\n{\"label\": null, \"text\": \"\"}\n"
              .repeat(4),
      "keep.csv", "text,label,a,b\n\"x\",y,1,\nz,,\"\"\"\",w\n".repeat(4),
      "keep.jsonl",
          "{\"text\": \"a\", \"label\": 1, \"l\": [1, [2.5, {}]], \"o\": {\"p\": [null, \"\\n\"]}}\n"
              .repeat(4),
      "a.json", "[{\"text\": \"a\", \"label\": true}, {\"text\": \"b\", \"label\": [1, {}]}]",
      "path.jsonl", "{\"a\": {\"text\": \"x\", \"b\": {}}, \"label\": \"y\"}\n".repeat(4),
    };
    int read = 0;
    for (int round = 0; round < rounds; round++) {
      Random random = new Random(seed + round);
      int file = 2 * random.nextInt(files.length / 2);
      byte[] bytes = files[file + 1].getBytes(java.nio.charset.StandardCharsets.UTF_8);
      for (int changes = 1 + random.nextInt(6); changes > 0; changes--) {
        int at = random.nextInt(bytes.length);
        bytes[at] =
            random.nextBoolean() ? bytes[random.nextInt(bytes.length)] : (byte) random.nextInt(256);
      }
      Path written = Files.write(folder.resolve(files[file]), bytes);
      try {
        read += outcome(written).endsWith(" rows") ? 1 : 0;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + (seed + round) + " of " + files[file], e);
      }
    }
    System.out.println(rounds + " rounds, " + read + " read");
  }
}
