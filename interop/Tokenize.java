import com.google.gson.Gson;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Encodes texts as a user of the library does: {@code FOLDER TEXTS LIMIT OUT}. TEXTS is a JSON array
 * of strings. OUT gets a JSON object: for each text its ids and its offsets in code points, its ids
 * cut to LIMIT, and for each text but the last the ids of the pair with the next one, cut to LIMIT.
 */
final class Tokenize {
  private record Result(
      List<int[]> ids, List<int[]> offsets, List<int[]> cut, List<int[]> pairs) {}

  public static void main(String[] arguments) throws IOException {
    String[] texts = new Gson().fromJson(Files.readString(Path.of(arguments[1])), String[].class);
    int limit = Integer.parseInt(arguments[2]);
    Result result =
        new Result(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    try (Tokenizer tokenizer = Tokenizer.load(Path.of(arguments[0]))) {
      for (int i = 0; i < texts.length; i++) {
        Encoding whole = tokenizer.encodeWithOffsets(texts[i], null, Integer.MAX_VALUE);
        result.ids.add(whole.ids());
        result.offsets.add(offsets(whole, texts[i]));
        result.cut.add(tokenizer.encode(texts[i], limit).ids());
        if (i + 1 < texts.length) {
          result.pairs.add(tokenizer.encode(texts[i], texts[i + 1], limit).ids());
        }
      }
    }
    Files.writeString(Path.of(arguments[3]), new Gson().toJson(result));
  }

  private static int[] offsets(Encoding encoding, String text) {
    int[] offsets = new int[2 * encoding.size()];
    for (int i = 0; i < encoding.size(); i++) {
      if (!encoding.isSpecial(i)) {
        offsets[2 * i] = text.codePointCount(0, encoding.start(i));
        offsets[2 * i + 1] = text.codePointCount(0, encoding.end(i));
      }
    }
    return offsets;
  }
}
