package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.internal.tokenization.AddedTokenFinder;
import dev.afina.internal.tokenization.AddedTokenFinder.Added;
import dev.afina.internal.tokenization.BertNormalizer;
import dev.afina.internal.tokenization.ByteLevelPipeline;
import dev.afina.internal.tokenization.BytePairs;
import dev.afina.internal.tokenization.TextPipeline;
import dev.afina.internal.tokenization.TextStep;
import dev.afina.internal.tokenization.Unigram;
import dev.afina.internal.tokenization.UnigramPipeline;
import dev.afina.internal.tokenization.WordPiecePipeline;
import dev.afina.internal.tokenization.WordPieces;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes the pipelines that can run in Java, by all their components. A pipeline that differs
 * in any detail runs in the native library as a whole, so there are no mixed pipelines to get
 * wrong.
 */
final class JavaPipelines {

  /** {@code -Dafina.javaTokenizer=false}: the native library tokenizes everything. */
  private static final String SWITCH = "afina.javaTokenizer";

  private final TokenizerJson json;
  private final List<Fields> normalizers;
  private final List<JsonObject> addedTokens = new ArrayList<>();

  private JavaPipelines(TokenizerJson json) {
    this.json = json;
    normalizers = json.normalizers().steps();
    JsonArray tokens = json.addedTokens();
    for (JsonElement token : tokens) {
      addedTokens.add(token.getAsJsonObject());
    }
  }

  /** The Java tokenizer for a checked tokenizer.json; null if its pipeline is not supported. */
  static @Nullable JavaTokenizer of(TokenizerJson json) throws IOException {
    return "false".equals(System.getProperty(SWITCH)) ? null : new JavaPipelines(json).tokenizer();
  }

  private @Nullable JavaTokenizer tokenizer() throws IOException {
    List<JsonObject> processors = json.postProcessors().stream().map(Fields::object).toList();
    Templates templates = Templates.of(processors);
    if (templates.single().isEmpty() || !areSimple(addedTokens)) {
      return null;
    }
    // ByteLevel adjusts offsets, which must happen before the template is applied.
    JsonObject last = processors.get(processors.size() - 1);
    JsonObject first = processors.get(0);
    boolean byteLevelFirst = processors.size() == 2 && is(first, "ByteLevel");
    if (is(last, "ByteLevel") || (processors.size() > 1 && !byteLevelFirst)) {
      return null;
    }
    OffsetTrim trim = null;
    if (flag(first, "trim_offsets") || flag(last, "trim_offsets")) {
      boolean both = byteLevelFirst && flag(first, "trim_offsets") && flag(last, "trim_offsets");
      if (both || (!normalizers.isEmpty() && hasNormalized(addedTokens))) {
        return null;
      }
      trim = new OffsetTrim(flag(first, "add_prefix_space"), json.vocabulary());
    }
    TextPipeline pipeline = pipeline();
    return pipeline == null
        ? null
        : new JavaTokenizer(
            pipeline,
            new TextTemplate(templates.single()),
            new TextTemplate(templates.pair()),
            trim);
  }

  private @Nullable TextPipeline pipeline() throws IOException {
    if (Models.type(json.model()).equals("Unigram")) {
      return unigram();
    }
    if (json.preTokenizers().size() != 1) {
      return null;
    }
    return switch (Components.type(json.preTokenizers().get(0))) {
      case "BertPreTokenizer" -> wordPiece();
      case "ByteLevel" -> byteLevel();
      default -> null;
    };
  }

  private @Nullable TextPipeline wordPiece() {
    JsonObject model = json.model();
    BertNormalizer normalizer = JavaNormalizers.bert(json.normalizers());
    if (!Models.type(model).equals("WordPiece") || normalizer == null) {
      return null;
    }
    AddedTokenFinder normalized = finder(true, normalizer::normalized);
    if (normalized == null) {
      return null;
    }
    WordPieces pieces =
        new WordPieces(
            json.modelIds(),
            Objects.requireNonNull(JsonFile.string(model, "continuing_subword_prefix")),
            Objects.requireNonNull(
                json.modelIds().get(Objects.requireNonNull(json.unknownToken()))),
            JsonFile.id(model.get("max_input_chars_per_word")));
    return new WordPiecePipeline(
        Objects.requireNonNull(finder(false, content -> content)), normalizer, normalized, pieces);
  }

  private @Nullable TextPipeline byteLevel() {
    JsonObject split = json.preTokenizers().get(0).object();
    JsonObject model = json.model();
    boolean composes = normalizers.size() == 1 && is(normalizers.get(0).object(), "NFC");
    String suffix = JsonFile.string(model, "end_of_word_suffix");
    if (!Models.type(model).equals("BPE")
        || (!normalizers.isEmpty() && !composes)
        || Boolean.FALSE.equals(JsonFile.bool(split, "use_regex"))
        || (suffix != null && !suffix.isEmpty())
        || flag(model, "byte_fallback")
        || flag(model, "ignore_merges")) {
      return null;
    }
    String letters = ByteAlphabet.letters();
    List<String[]> merges = merges(model);
    if (merges == null
        || letters.chars().anyMatch(c -> !json.modelIds().containsKey(Character.toString(c)))) {
      return null;
    }
    AddedTokenFinder normalized = finder(true, content -> composes ? composed(content) : content);
    return normalized == null
        ? null
        : new ByteLevelPipeline(
            Objects.requireNonNull(finder(false, content -> content)),
            composes,
            normalized,
            flag(split, "add_prefix_space"),
            new BytePairs(json.modelIds(), letters, merges));
  }

  private @Nullable TextPipeline unigram() throws IOException {
    List<TextStep> steps = JavaNormalizers.steps(json.normalizers());
    List<JsonObject> splits = CanonicalComponents.of(json.preTokenizers());
    UnigramPipeline.Parts parts = parts(splits);
    if (steps == null || parts == null) {
      return null;
    }
    JsonObject metaspace = splits.get(splits.size() - 1);
    AddedTokenFinder normalized =
        finder(true, content -> UnigramPipeline.normalized(content, steps));
    if (normalized == null
        || !ComponentJson.METASPACE.equals(JsonFile.string(metaspace, "replacement"))) {
      return null;
    }
    UnigramPipeline.Prefix prefix =
        switch (String.valueOf(JsonFile.string(metaspace, "prepend_scheme"))) {
          case "always" -> UnigramPipeline.Prefix.ALWAYS;
          case "first" -> UnigramPipeline.Prefix.FIRST;
          default -> UnigramPipeline.Prefix.NEVER;
        };
    ToDoubleFunction<String> reader = json.isRebuilt() ? Double::parseDouble : NativeNumber::parse;
    double[] scores = json.modelTokens().scores().stream().mapToDouble(reader).toArray();
    Unigram model =
        new Unigram(
            json.modelIds(),
            scores,
            JsonFile.id(json.model().get("unk_id")),
            flag(json.model(), "byte_fallback"));
    return new UnigramPipeline(
        Objects.requireNonNull(finder(false, content -> content)),
        steps,
        normalized,
        parts,
        prefix,
        flag(metaspace, "split"),
        model);
  }

  /** How a text is split before it is split at spaces; null if that is not supported. */
  private static UnigramPipeline.@Nullable Parts parts(List<JsonObject> splits) {
    if (splits.isEmpty() || splits.size() > 2 || !is(splits.get(splits.size() - 1), "Metaspace")) {
      return null;
    }
    if (splits.size() == 1) {
      return UnigramPipeline.Parts.WHOLE;
    }
    JsonObject first = splits.get(0);
    if (is(first, "WhitespaceSplit")) {
      return UnigramPipeline.Parts.WHITE_SPACE;
    }
    return is(first, "Punctuation") && "Isolated".equals(JsonFile.string(first, "behavior"))
        ? UnigramPipeline.Parts.PUNCTUATION
        : null;
  }

  /** The content, if NFC certainly does not change it; otherwise null. */
  private static @Nullable String composed(String content) {
    return content.chars().allMatch(c -> c < 0x300) ? content : null;
  }

  /** The merges; null if one of them could be mistaken for the version line of a merges.txt. */
  private static @Nullable List<String[]> merges(JsonObject model) {
    List<String[]> merges = new ArrayList<>();
    for (JsonElement merge : model.getAsJsonArray(Models.MERGES)) {
      String[] parts = Models.parts(merge);
      if (parts[0].startsWith("#version")) {
        return null;
      }
      merges.add(parts);
    }
    return merges;
  }

  /** Finds the added tokens of one kind; null if one of them cannot be normalized here. */
  private @Nullable AddedTokenFinder finder(
      boolean normalized, Function<String, @Nullable String> normalizer) {
    List<Added> tokens = new ArrayList<>();
    for (JsonObject token : addedTokens) {
      if (flag(token, "normalized") == normalized) {
        String content = normalizer.apply(token.get("content").getAsString());
        if (content == null || content.isEmpty()) {
          return null;
        }
        tokens.add(new Added(content, id(token), flag(token, "lstrip"), flag(token, "rstrip")));
      }
    }
    return new AddedTokenFinder(tokens);
  }

  /**
   * Whether no added token uses one of the rare, intricate features: single_word, lstrip or rstrip
   * on normalized text, or rstrip while another token begins with a space.
   */
  private static boolean areSimple(List<JsonObject> tokens) {
    boolean takeSpacesAfter = false;
    boolean beginWithSpace = false;
    for (JsonObject token : tokens) {
      boolean takes = flag(token, "lstrip") || flag(token, "rstrip");
      if (flag(token, "single_word") || (takes && flag(token, "normalized"))) {
        return false;
      }
      takeSpacesAfter |= flag(token, "rstrip");
      beginWithSpace |=
          !flag(token, "normalized") && isSpace(token.get("content").getAsString().charAt(0));
    }
    return !takeSpacesAfter || !beginWithSpace;
  }

  private static boolean isSpace(char c) {
    return VocabularyFiles.isWhiteSpace(c);
  }

  private static boolean hasNormalized(List<JsonObject> tokens) {
    return tokens.stream().anyMatch(token -> flag(token, "normalized"));
  }

  private static int id(JsonObject token) {
    return token.get("id").getAsInt();
  }

  private static boolean is(JsonObject component, String type) {
    return type.equals(JsonFile.string(component, "type"));
  }

  private static boolean flag(JsonObject object, String key) {
    return Boolean.TRUE.equals(JsonFile.bool(object, key));
  }
}
