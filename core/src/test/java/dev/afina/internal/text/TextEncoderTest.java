package dev.afina.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.tokenization.Tokenizer;
import dev.afina.training.Truncation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TextEncoderTest {

  private static final String VOCABULARY =
      "{\"type\": \"WordPiece\", \"unk_token\": \"[UNK]\", \"continuing_subword_prefix\": \"##\","
          + " \"max_input_chars_per_word\": 100, \"vocab\": {\"[UNK]\": 0, \"a\": 1}}";

  /** No post_processor: nothing stands around a text, and an empty one has no token at all. */
  private static final String WITHOUT_SPECIAL_TOKENS =
      "{\"version\": \"1.0\", \"added_tokens\": [], \"normalizer\": null, \"pre_tokenizer\":"
          + " {\"type\": \"BertPreTokenizer\"}, \"post_processor\": null, \"decoder\": null,"
          + " \"model\": "
          + VOCABULARY
          + "}";

  @Test
  void encode_noTokens_isRefused() throws IOException {
    try (Tokenizer tokenizer = tokenizer()) {
      TextEncoder encoder = new TextEncoder(tokenizer, 8, new LongTextRule.Cut());
      assertThat(encoder.encode(Example.of("a")).windows().get(0).ids()).containsExactly(1);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> encoder.encode(Example.of("  ")))
          .withMessage(
              "the text has no tokens: it is empty, or nothing that the tokenizer keeps, and"
                  + " post_processor in tokenizer.json adds none; leave such texts out");
      Dataset data = Dataset.of(Example.of("a"), Example.of(""), Example.of("a"));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> encoder.encode(data))
          .withMessageStartingWith("text 2 of 3 has no tokens: ");
    }
  }

  @Test
  void truncation_saysWhatIsCountedOnly() throws IOException {
    try (Tokenizer tokenizer = tokenizer()) {
      TextEncoder encoder = new TextEncoder(tokenizer, 8, new LongTextRule.Cut());
      Example fits = Example.of("a ".repeat(8));
      assertThat(truncation(encoder, fits)).isEqualTo(Truncation.none(1));
      Example twelve = Example.of("a ".repeat(12));
      Truncation exact = truncation(encoder, twelve, fits, Example.of("a ".repeat(11)));
      assertThat(exact).isEqualTo(new Truncation(3, 2, 3.5, 4, true));
      assertThat(exact)
          .hasToString(
              "2 of 3 texts (66.7 %) were cut; the median of them lost 3.5 tokens, the longest 4");
      // Of so long a text only the beginning is tokenized.
      Example veryLong = Example.of("a ".repeat(100_000));
      assertThat(truncation(encoder, veryLong, fits).toString())
          .startsWith("1 of 2 texts (50.0 %) were cut; the median of them lost at least ");
    }
  }

  private static Truncation truncation(TextEncoder encoder, Example... texts) {
    return TextEncoder.truncation(encoder.encode(Dataset.of(texts)));
  }

  private static Tokenizer tokenizer() throws IOException {
    Map<String, String> files = Map.of("tokenizer.json", WITHOUT_SPECIAL_TOKENS);
    return Tokenizer.load(
        name -> Optional.ofNullable(files.get(name)).map(f -> f.getBytes(StandardCharsets.UTF_8)));
  }
}
