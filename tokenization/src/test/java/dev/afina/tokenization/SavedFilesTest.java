package dev.afina.tokenization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is saved is made late, of what was loaded. */
class SavedFilesTest {

  private static final String JSON = "tokenizer.json";

  @ParameterizedTest
  @ValueSource(strings = {Fixture.UNCASED, Fixture.ROBERTA})
  void save_afterTheFilesHaveGone(String name, @TempDir Path folder) throws IOException {
    Map<String, String> saved;
    try (Tokenizer first = Fixture.tokenizer(name)) {
      saved = first.files();
      first.save(folder.resolve("model"));
    }
    Path json = folder.resolve("model").resolve(JSON);
    try (Tokenizer tokenizer = Tokenizer.load(folder.resolve("model"))) {
      Files.delete(json);
      tokenizer.close();
      tokenizer.save(folder.resolve("again"));
    }
    assertThat(Files.readString(folder.resolve("again").resolve(JSON))).isEqualTo(saved.get(JSON));
  }

  @Test
  void save_afterWhoGaveTheBytesHasChangedThem() throws IOException {
    Map<String, byte[]> bytes = new HashMap<>();
    Map<String, String> saved;
    try (Tokenizer first = Fixture.tokenizer(Fixture.UNCASED)) {
      saved = first.files();
    }
    saved.forEach((name, text) -> bytes.put(name, text.getBytes(UTF_8)));
    try (Tokenizer tokenizer = Tokenizer.load(name -> Optional.ofNullable(bytes.get(name)))) {
      bytes.values().forEach(content -> Arrays.fill(content, (byte) '!'));
      assertThat(tokenizer.files()).isEqualTo(saved);
      assertThat(tokenizer.decode(new int[] {2023, 2003})).isEqualTo("this is"); // native
    }
  }

  @Test
  void filesAndDecode_firstAskedForByManyThreads() throws Exception {
    try (Tokenizer tokenizer = Fixture.tokenizer(Fixture.UNCASED)) {
      CountDownLatch start = new CountDownLatch(1);
      List<CompletableFuture<Map<String, String>>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        boolean decodes = i % 2 == 0;
        all.add(
            CompletableFuture.supplyAsync(
                () -> {
                  start.countDown();
                  if (decodes) {
                    assertThat(tokenizer.decode(new int[] {2023})).isEqualTo("this");
                  }
                  return tokenizer.files();
                }));
      }
      for (CompletableFuture<Map<String, String>> one : all) {
        assertThat(one.get()).isSameAs(tokenizer.files());
      }
    }
  }

  /** Read as it stands and as a tree of JSON. */
  @ParameterizedTest
  @EnumSource(Family.class)
  void contentIsTheSame_byBothWaysToReadIt(Family family) throws IOException {
    String text = family.tokenizerJson().toString();
    TokenizerContent read = TokenizerContent.parse(text, JSON);
    TokenizerContent tree = TokenizerContent.of(JsonFile.parse(text, JSON), JSON);
    assertThat(read.json()).isEqualTo(tree.json());
    assertThat(List.copyOf(read.tokens().ids().entrySet()))
        .isEqualTo(List.copyOf(tree.tokens().ids().entrySet()));
    assertThat(read.tokens().pieces()).isEqualTo(tree.tokens().pieces());
    assertThat(read.tokens().scores()).isEqualTo(tree.tokens().scores());
    assertThat(read.text()).isEqualTo(tree.text());
    assertThat(JsonParser.parseString(read.text())).isEqualTo(JsonParser.parseString(text));
  }

  @Test
  void halfOfAPair_isRefusedWhereverItStands() throws IOException {
    String json;
    try (Tokenizer first = Fixture.tokenizer(Fixture.UNCASED)) {
      json = first.files().get(JSON);
    }
    String inVocabulary = json.replace("\"##ing\":", "\"\\ud83d\":");
    String inPrefix = json.replace("\"prefix\":\"##\"", "\"prefix\":\"\\ude00\"");
    for (String broken : List.of(inVocabulary, inPrefix)) {
      assertThat(broken).isNotEqualTo(json);
      assertThatThrownBy(() -> Tokenizer.load(Fixture.inMemory(Map.of(JSON, broken))))
          .isInstanceOf(IOException.class)
          .hasMessage("tokenizer.json: half a surrogate pair in a string; that is no Unicode text");
    }
  }
}
