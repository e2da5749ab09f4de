package dev.afina.tokenization;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A changed tokenizer.json opens, and then takes any text, or is refused with one message. What
 * gets through to the native library and breaks it ends this JVM.
 */
class MutationTest {

  private static final int MUTATIONS = 600;

  private static final int LONGEST_MESSAGE = 1_000;

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "a ab  New York! [MASK] <mask>é中e\u0301 \u0000\u0007\ufdfa ﬁ´¨ ①½ 😀\u200d😀 don't 123\n"
              + "\tb",
          "a".repeat(60) + "!",
          "\u0301\u0301 \u3164\u115f\u00ad\ufeff" + " ".repeat(40) + "\u1e9b\u0323\u0344");

  @Test
  void load_originals_open() throws IOException {
    for (Map.Entry<String, JsonObject> original : SmallTokenizers.all().entrySet()) {
      assertThat(read(original.getValue().toString())).as(original.getKey()).isNull();
    }
  }

  @Test
  void load_mutated_opensOrIsRefused() throws IOException {
    List<JsonObject> originals = List.copyOf(SmallTokenizers.all().values());
    int refused = 0;
    for (int seed = 0; seed < MUTATIONS; seed++) {
      String message = read(Mutations.mutate(originals, seed));
      if (message != null) {
        refused++;
        assertThat(message).as("seed %s", seed).startsWith("tokenizer.json: ").doesNotContain("\n");
        assertThat(message.length()).as(message).isLessThan(LONGEST_MESSAGE);
      }
    }
    assertThat(refused).isBetween(MUTATIONS / 3, MUTATIONS * 19 / 20);
  }

  /** What the file was refused with; null when it opened and took all texts. */
  static String read(String json) {
    try (Tokenizer tokenizer = Tokenizer.load(Fixture.inMemory(Map.of("tokenizer.json", json)))) {
      for (String text : TEXTS) {
        Encoding encoding = tokenizer.encodeWithOffsets(text, null, 24);
        for (int i = 0; i < encoding.size(); i++) {
          assertThat(encoding.id(i)).isBetween(0, tokenizer.vocabularySize() - 1);
          assertThat(text.substring(encoding.start(i), encoding.end(i))).isNotNull();
        }
        tokenizer.decode(encoding.ids());
        tokenizer.encode(text, TEXTS.get(2), 31);
        tokenizer.encode(text.repeat(20), 12);
      }
      return null;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
