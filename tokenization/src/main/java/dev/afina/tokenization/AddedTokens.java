package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.tokenization.SpecialTokens.Role;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Collects the added tokens, which are found in a text before anything else happens to it, from all
 * files that name some. As in transformers 5, their order determines their ids, not the ids in the
 * files:
 *
 * <ol>
 *   <li>Those of tokenizer.json, if it is opened as it is written.
 *   <li>Those of added_tokens_decoder in tokenizer_config.json or, without such a member, those of
 *       added_tokens.json and of tokenizer.json, by id.
 *   <li>The special tokens by role, then the others without a role.
 * </ol>
 *
 * <p>A token in the model's vocabulary keeps its id there; others get the next free one. A file
 * with another id, or with a token that does not exist by these rules, is rejected; transformers
 * would ignore it silently.
 */
final class AddedTokens {

  /** The native library compares each added token with all before it. */
  private static final int MOST = 20_000;

  private static final int LONGEST = 512;

  private static final String[] FLAGS = {"single_word", "lstrip", "rstrip", "normalized"};

  private final Settings settings;
  private final Map<String, Integer> model;
  private final int modelSize;
  private final Map<String, JsonObject> tokens = new LinkedHashMap<>();
  private int highest = -1;

  private AddedTokens(Settings settings, Map<String, Integer> model, int modelSize) {
    this.settings = settings;
    this.model = model;
    this.modelSize = modelSize;
  }

  /**
   * The final added tokens.
   *
   * @param own added_tokens of tokenizer.json, empty if there is no such file
   * @param file the file with the vocabulary
   * @param model the ids of the model's own tokens
   * @param modelSize how many entries the model's vocabulary has
   * @return entries as in a tokenizer.json, with their ids
   */
  static JsonArray settle(
      JsonArray own, String file, Settings settings, Map<String, Integer> model, int modelSize)
      throws IOException {
    SortedMap<Integer, JsonObject> written = new TreeMap<>();
    for (JsonElement element : own) {
      Fields fields = new Fields(element, file + ": added_tokens");
      int id = fields.number("id", 0, Integer.MAX_VALUE);
      if (written.put(id, entry(fields, true, settings)) != null) {
        throw new IOException(file + ": added_tokens: two of them have id " + id);
      }
    }
    SortedMap<Integer, JsonObject> decoder = decoder(settings);
    SortedMap<Integer, JsonObject> old = old(settings);

    AddedTokens added = new AddedTokens(settings, model, modelSize);
    if (settings.family() == TokenizerFamily.AS_WRITTEN) {
      for (JsonObject token : written.values()) {
        added.add(token, file);
      }
    }
    if (decoder != null) {
      for (JsonObject token : decoder.values()) {
        added.add(token, Settings.CONFIG);
      }
    } else {
      SortedMap<Integer, JsonObject> both = new TreeMap<>(old);
      both.putAll(written);
      for (JsonObject token : both.values()) {
        added.add(token, Settings.ADDED);
      }
    }
    added.addSpecial();
    added.requireAgreement(written, file + ": added token ");
    if (decoder != null) {
      added.requireAgreement(decoder, Settings.CONFIG + ": added_tokens_decoder: token ");
    }
    added.requireAgreement(old, Settings.ADDED + ": token ");
    JsonArray array = new JsonArray();
    added.tokens.values().stream()
        .sorted(Comparator.comparingInt(token -> token.get("id").getAsInt()))
        .forEach(array::add);
    return array;
  }

  private static @Nullable SortedMap<Integer, JsonObject> decoder(Settings settings)
      throws IOException {
    JsonObject decoder = settings.decoder();
    if (decoder == null) {
      return null;
    }
    SortedMap<Integer, JsonObject> byId = new TreeMap<>();
    for (String key : decoder.keySet()) {
      if (!key.matches("\\d{1,9}")) {
        throw new IOException(
            Settings.CONFIG + ": " + Settings.DECODER + ": \"" + Quoted.of(key) + "\" is no id");
      }
      String path = Settings.CONFIG + ": " + Settings.DECODER + "." + key;
      byId.put(Integer.valueOf(key), entry(new Fields(decoder.get(key), path), false, settings));
    }
    return byId;
  }

  private static SortedMap<Integer, JsonObject> old(Settings settings) throws IOException {
    SortedMap<Integer, JsonObject> byId = new TreeMap<>();
    for (String content : settings.addedTokens().keySet()) {
      int id = JsonFile.id(settings.addedTokens().get(content));
      if (id < 0) {
        throw new IOException(
            Settings.ADDED + ": \"" + Quoted.of(content) + "\" has no id from 0 up");
      }
      if (byId.put(id, entry(content, null, isSpecial(content, settings))) != null) {
        throw new IOException(Settings.ADDED + ": two tokens have id " + id);
      }
    }
    return byId;
  }

  private static boolean isSpecial(String content, Settings settings) {
    return hasRole(content, settings)
        || settings.moreSpecial().stream()
            .anyMatch(t -> t.content().equals(content) && isSpecial(t));
  }

  /** Whether a token has a role, by the files or by default: then it is special. */
  private static boolean isNamed(String content, Settings settings) {
    return hasRole(content, settings) || settings.family().defaults().containsValue(content);
  }

  private static boolean hasRole(String content, Settings settings) {
    return settings.special().values().stream().anyMatch(t -> t.content().equals(content));
  }

  private static boolean isSpecial(Settings.Token token) {
    return !Boolean.FALSE.equals(JsonFile.bool(token.flags(), "special"));
  }

  private void addSpecial() throws IOException {
    Set<String> added = new HashSet<>();
    for (Role role : Role.values()) {
      Settings.Token token = settings.special().get(role);
      String usual = settings.family().defaults().get(role);
      if (settings.isNone(role)) {
        requireNotNeeded(role);
      } else if (token == null && usual != null && mayAdd(usual)) {
        token = new Settings.Token(usual, null);
      }
      if (token != null) {
        addSpecial(withUsualFlags(role, token), added);
      }
    }
    for (Settings.Token token : settings.moreSpecialOrDefaults()) {
      addSpecial(token, added);
    }
  }

  /**
   * Adds a special token. If the files name it twice, its last flags win, unless it was there
   * before.
   *
   * @param added those that are in use because they were added
   */
  private void addSpecial(Settings.Token token, Set<String> added) throws IOException {
    if (addSpecial(token)) {
      added.add(token.content());
    } else if (added.contains(token.content())) {
      JsonObject flags = entry(token.content(), token.flags(), true);
      flags.asMap().forEach(Objects.requireNonNull(tokens.get(token.content()))::add);
    }
  }

  /** Without these, transformers puts a token named None, or another one, around each text. */
  private void requireNotNeeded(Role role) throws IOException {
    TokenizerFamily family = settings.family();
    if (family != TokenizerFamily.AS_WRITTEN
        && (role == family.first() || role == family.last() || role == Role.UNK)) {
      throw new IOException(
          Settings.CONFIG
              + (": " + role.key() + " null, but ")
              + family.className()
              + " needs one; name it, or leave the line out for \""
              + family.usual(role)
              + "\"");
    }
  }

  /**
   * A default token that the vocabulary lacks is added only if the model is known to have a row for
   * it.
   */
  private boolean mayAdd(String usual) {
    return model.containsKey(usual) || settings.family().isUnigram();
  }

  private Settings.Token withUsualFlags(Role role, Settings.Token token) {
    if (role != Role.MASK || token.flags() != null || !settings.family().maskStripsLeft()) {
      return token;
    }
    JsonObject flags = new JsonObject();
    flags.addProperty("lstrip", true);
    return new Settings.Token(token.content(), flags);
  }

  /**
   * Skips a token for which transformers would use an id beyond the model's rows: no text can
   * contain it.
   */
  private boolean addSpecial(Settings.Token token) throws IOException {
    int rows = settings.vocabularyRows();
    boolean hasRow = model.containsKey(token.content()) || rows < 0 || nextId() < rows;
    if (!tokens.containsKey(token.content()) && hasRow && !token.content().isEmpty()) {
      add(entry(token.content(), token.flags(), isSpecial(token)), Settings.CONFIG);
      return true;
    }
    return false;
  }

  private void add(JsonObject token, String file) throws IOException {
    String content = token.get("content").getAsString();
    JsonObject before = tokens.get(content);
    if (before != null) {
      JsonObject same = before.deepCopy();
      same.remove("id");
      if (!same.equals(token)) {
        throw new IOException(
            file
                + ": added token \""
                + Quoted.of(content)
                + "\" is "
                + Quoted.of(token)
                + " there, but "
                + Quoted.of(same)
                + " in tokenizer.json; make the files agree");
      }
      return;
    }
    if (tokens.size() == MOST) {
      throw new IOException(file + ": more than " + MOST + " added tokens");
    }
    Integer known = model.get(content);
    int id = known != null ? known : nextId();
    JsonObject entry = new JsonObject();
    entry.addProperty("id", id);
    token.asMap().forEach(entry::add);
    if (isNamed(content, settings)) {
      entry.addProperty("special", true);
    }
    tokens.put(content, entry);
    highest = Math.max(highest, id);
  }

  private int nextId() {
    return Math.max(modelSize, highest + 1);
  }

  private void requireAgreement(SortedMap<Integer, JsonObject> claims, String where)
      throws IOException {
    for (Map.Entry<Integer, JsonObject> claim : claims.entrySet()) {
      String content = claim.getValue().get("content").getAsString();
      JsonObject token = tokens.get(content);
      if (token == null) {
        throw new IOException(
            where
                + "\""
                + Quoted.of(content)
                + "\" is not in added_tokens_decoder of "
                + Settings.CONFIG
                + ", so transformers does not know it; add it there or remove it here");
      }
      int id = token.get("id").getAsInt();
      if (id != claim.getKey()) {
        throw new IOException(
            where
                + "\""
                + Quoted.of(content)
                + "\" has id "
                + claim.getKey()
                + ", but by the vocabulary of "
                + modelSize
                + " tokens and the tokens added to it, it is "
                + id);
      }
    }
  }

  /** An entry of a file without its id. */
  private static JsonObject entry(Fields fields, boolean allFlags, Settings settings)
      throws IOException {
    String content = fields.text("content", 1, LONGEST);
    for (String flag : FLAGS) {
      if (allFlags || fields.has(flag)) {
        fields.bool(flag);
      }
    }
    fields.any("special");
    fields.any("__type");
    fields.nothingElse();
    boolean special = Boolean.TRUE.equals(JsonFile.bool(fields.object(), "special"));
    return entry(content, fields.object(), special || isNamed(content, settings));
  }

  private static JsonObject entry(String content, @Nullable JsonObject flags, boolean special) {
    JsonObject token = new JsonObject();
    token.addProperty("content", content);
    for (String flag : FLAGS) {
      // A special token is matched as it stands; an ordinary added one after normalization.
      boolean otherwise = flag.equals("normalized") && !special;
      Boolean written = JsonFile.bool(flags, flag);
      token.addProperty(flag, written == null ? otherwise : written);
    }
    token.addProperty("special", special);
    return token;
  }
}
