import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens folders 0, 1, … of a folder: {@code FOLDER TEXTS LIMIT OUT SAVED}. TEXTS is a JSON array of
 * strings. OUT gets a line of JSON for each: the ids of each text, whole and cut to LIMIT, ids and
 * types of each text with the next one, what the tokenizer says of itself and what it logs; or why
 * it was refused, and whether that was by an exception that a user would not expect. SAVED gets
 * folders of the same numbers with what is saved of them.
 */
final class TokenizeFolders {
  private static final Gson GSON = new Gson();

  private record Result(
      int max,
      Integer pad,
      List<int[]> ids,
      List<int[]> cut,
      List<int[]> pairs,
      List<int[]> types) {}

  // A fault of any kind is a finding, and no reason to stop.
  public static void main(String[] arguments) throws IOException {
    String[] texts = GSON.fromJson(Files.readString(Path.of(arguments[1])), String[].class);
    int limit = Integer.parseInt(arguments[2]);
    List<String> lines = new ArrayList<>();
    Path folder = Path.of(arguments[0], "0");
    while (Files.isDirectory(folder)) {
      ByteArrayOutputStream log = new ByteArrayOutputStream();
      System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8)); // where the log goes
      JsonObject line = new JsonObject();
      try {
        Path saved = Path.of(arguments[4]).resolve(folder.getFileName());
        line = GSON.toJsonTree(result(folder, texts, limit, saved)).getAsJsonObject();
      } catch (IOException e) {
        line.addProperty("error", String.valueOf(e.getMessage()).replace(folder + ": ", ""));
      } catch (RuntimeException | Error e) {
        line.addProperty("error", e.toString());
        line.addProperty("unexpected", true);
      }
      line.addProperty("log", log.toString(StandardCharsets.UTF_8));
      lines.add(GSON.toJson(line));
      folder = folder.resolveSibling(String.valueOf(lines.size()));
    }
    Files.write(Path.of(arguments[3]), lines);
  }

  private static Result result(Path folder, String[] texts, int limit, Path saved)
      throws IOException {
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      tokenizer.save(saved);
      var pad = tokenizer.specialTokens().pad();
      Result result =
          new Result(
              tokenizer.modelMaxLength(),
              pad.isPresent() ? pad.getAsInt() : null,
              new ArrayList<>(),
              new ArrayList<>(),
              new ArrayList<>(),
              new ArrayList<>());
      for (int i = 0; i < texts.length; i++) {
        result.ids.add(tokenizer.encode(texts[i], Integer.MAX_VALUE).ids());
        result.cut.add(tokenizer.encode(texts[i], limit).ids());
        if (i + 1 < texts.length) {
          Encoding pair = tokenizer.encode(texts[i], texts[i + 1], limit);
          int[] types = new int[pair.size()];
          for (int token = 0; token < types.length; token++) {
            types[token] = pair.typeId(token);
          }
          result.pairs.add(pair.ids());
          result.types.add(types);
        }
      }
      return result;
    }
  }
}
