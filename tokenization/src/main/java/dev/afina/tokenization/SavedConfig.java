package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.afina.tokenization.SpecialTokens.Role;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;

/** Makes the tokenizer_config.json of a saved tokenizer, which transformers reads too. */
final class SavedConfig {

  private SavedConfig() {}

  /**
   * The configuration of a saved tokenizer.
   *
   * @param hasTypes whether the tokens of a pair have different types
   */
  static JsonObject of(TokenizerJson json, SpecialTokens specialTokens, boolean hasTypes)
      throws IOException {
    Settings settings = json.settings();
    JsonObject config = settings.tokenizerConfig().deepCopy();
    // Paths on the machine that wrote the files, and entries that could contradict tokenizer.json.
    for (String local :
        List.of(
            "name_or_path",
            "tokenizer_file",
            "vocab_file",
            "merges_file",
            "special_tokens_map_file",
            Settings.DECODER, // its tokens are in tokenizer.json
            "is_local",
            "local_files_only")) {
      config.remove(local);
    }
    String type = json.tokenizerClass();
    config.addProperty("tokenizer_class", type);
    json.describePipeline(config);
    for (Role role : Role.values()) {
      OptionalInt id = specialTokens.id(role);
      Settings.Token written = settings.special().get(role);
      if (written != null) {
        JsonElement flags = written.flags();
        config.add(role.key(), flags == null ? new JsonPrimitive(written.content()) : flags);
      } else if (id.isPresent()) {
        config.addProperty(role.key(), json.vocabulary().token(id.getAsInt()));
      }
    }
    if (!settings.family().moreDefaults().isEmpty() && !settings.listsMoreSpecial()) {
      // If they are listed, transformers does not add its own.
      JsonArray more = new JsonArray();
      settings.moreSpecialOrDefaults().forEach(token -> more.add(token.content()));
      config.add(Settings.EXTRA, more);
    }
    // tokenizer.json is saved without the sections that may have said it.
    addSideIfLeft(config, "truncation_side", json.truncationSide());
    addSideIfLeft(config, "padding_side", json.paddingSide());
    if (hasTypes && type.equals("PreTrainedTokenizerFast") && !config.has("model_input_names")) {
      JsonArray names = new JsonArray();
      for (String name : List.of("input_ids", "token_type_ids", "attention_mask")) {
        names.add(name);
      }
      config.add("model_input_names", names);
    }
    return config;
  }

  private static void addSideIfLeft(JsonObject config, String key, Side side) {
    if (side == Side.LEFT) {
      config.addProperty(key, "left");
    }
  }
}
