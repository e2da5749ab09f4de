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
   * @param hasTypes whether the template has token types
   * @param givesTypes whether the model gets them
   */
  static JsonObject of(
      TokenizerJson json, SpecialTokens specialTokens, boolean hasTypes, boolean givesTypes)
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
        config.add(role.key(), flags == null ? new JsonPrimitive(written.content()) : typed(flags));
      } else if (id.isPresent() && (role == Role.PAD || json.vocabulary().isAdded(id.getAsInt()))) {
        // Named, it would be found in texts; padding is not.
        config.addProperty(role.key(), json.vocabulary().token(id.getAsInt()));
      }
    }
    if (!settings.family().moreDefaults().isEmpty() && !settings.listsMoreSpecial()) {
      // If they are listed, transformers does not add its own.
      JsonArray more = new JsonArray();
      settings.moreSpecialOrDefaults().forEach(token -> more.add(token.content()));
      config.add(Settings.EXTRA, more);
    }
    for (String list : List.of(Settings.EXTRA, Settings.ADDITIONAL)) {
      if (config.get(list) instanceof JsonArray tokens) {
        JsonArray typed = new JsonArray();
        tokens.forEach(token -> typed.add(typed(token)));
        config.add(list, typed);
      }
    }
    // tokenizer.json is saved without the sections that may have said it.
    addSideIfLeft(config, "truncation_side", json.truncationSide());
    addSideIfLeft(config, "padding_side", json.paddingSide());
    TokenizerFamily opened = TokenizerFamily.of(type, settings.modelType());
    boolean isDefault =
        givesTypes == opened.givesTypes(type)
            && (config.has(Settings.BACKEND) || givesTypes == opened.gaveTypes(type));
    if (hasTypes && !config.has(Settings.INPUT_NAMES) && !isDefault) {
      JsonArray names = new JsonArray();
      names.add("input_ids");
      if (givesTypes) {
        names.add("token_type_ids");
      }
      names.add("attention_mask");
      config.add(Settings.INPUT_NAMES, names);
    }
    return config;
  }

  /**
   * An object as transformers takes it for a token in this file; in special_tokens_map.json any.
   */
  private static JsonElement typed(JsonElement token) {
    if (!token.isJsonObject() || token.getAsJsonObject().has(Settings.TYPE)) {
      return token;
    }
    JsonObject typed = token.getAsJsonObject().deepCopy();
    typed.addProperty(Settings.TYPE, "AddedToken");
    return typed;
  }

  private static void addSideIfLeft(JsonObject config, String key, Side side) {
    if (side == Side.LEFT) {
      config.addProperty(key, "left");
    }
  }
}
