package dev.afina.robustness.mutation;

import dev.afina.data.Example;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.SpecialTokens;
import dev.afina.tokenization.TextPair;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a user does with the files of a tokenizer. */
final class Tokenizers {
  private Tokenizers() {}

  /** Encodes, decodes, and for one of four saves and opens again. */
  static String encode(Path folder, Path scratch) throws IOException {
    String result;
    boolean again;
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      result = encodings(tokenizer);
      again = result.hashCode() % 4 == 0;
      if (again) {
        tokenizer.save(scratch);
      }
    }
    if (again) {
      try (Tokenizer tokenizer = Tokenizer.load(scratch)) {
        if (!encodings(tokenizer).equals(result)) {
          throw new AssertionError("saved and opened, it gives other encodings");
        }
      } catch (IOException e) {
        throw new AssertionError("saved, and cannot be opened: " + e.getMessage(), e);
      }
    }
    return result;
  }

  private static String encodings(Tokenizer tokenizer) {
    int maxTokens = Math.min(tokenizer.modelMaxLength(), 48);
    StringBuilder seen = new StringBuilder();
    seen.append(tokenizer.vocabularySize()).append(' ').append(tokenizer.modelMaxLength());
    SpecialTokens special = tokenizer.specialTokens();
    seen.append(
        List.of(special.pad(), special.cls(), special.sep(), special.unk(), special.mask()));
    List<TextPair> texts = new ArrayList<>();
    for (Example example : Models.TEXTS) {
      texts.add(new TextPair(example.text(), example.pair()));
    }
    List<Encoding> encodings = tokenizer.encodeAll(texts, maxTokens);
    for (int i = 0; i < texts.size(); i++) {
      Encoding encoding = encodings.get(i);
      if (encoding.size() > maxTokens) {
        throw new AssertionError("text %d has %d tokens".formatted(i, encoding.size()));
      }
      int[] ids = encoding.ids();
      for (int token = 0; token < ids.length; token++) {
        seen.append(' ').append(ids[token]).append(':').append(encoding.typeId(token));
        if (ids[token] < 0 || ids[token] >= tokenizer.vocabularySize()) {
          throw new AssertionError("text %d has the id %d".formatted(i, ids[token]));
        }
        if (encoding.typeId(token) < 0) {
          throw new AssertionError("text %d has the type %d".formatted(i, encoding.typeId(token)));
        }
      }
      seen.append(" lost ").append(encoding.truncatedTokens()).append(tokenizer.decode(ids));
      Encoding placed =
          tokenizer.encodeWithOffsets(texts.get(i).text(), texts.get(i).pair(), maxTokens);
      if (!Arrays.equals(placed.ids(), ids)) {
        throw new AssertionError("text %d has other ids with its offsets".formatted(i));
      }
    }
    return seen.toString();
  }
}
