package dev.afina.tokenization;

import com.google.gson.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The result of {@link Tokenizer#files()}, created on first use. Thread safe. */
final class SavedFiles {

  private final TokenizerText tokenizer;
  private final JsonObject config;
  private @Nullable Map<String, String> files;

  /**
   * Files that are not written yet.
   *
   * @param tokenizer the content of tokenizer.json
   * @param config the content of tokenizer_config.json; kept, must not be modified
   */
  SavedFiles(TokenizerText tokenizer, JsonObject config) {
    this.tokenizer = tokenizer;
    this.config = config;
  }

  synchronized Map<String, String> get() {
    Map<String, String> made = files;
    if (made == null) {
      Map<String, String> saved = new LinkedHashMap<>();
      saved.put(TokenizerJson.FILE, tokenizer.get());
      saved.put(Settings.CONFIG, JsonFile.writePretty(config));
      made = Collections.unmodifiableMap(saved);
      files = made;
    }
    return made;
  }
}
