package dev.afina.tokenization;

import com.google.gson.JsonObject;
import dev.afina.internal.tokenization.BertNormalizer;
import dev.afina.internal.tokenization.TextStep;
import dev.afina.internal.tokenization.UnicodeForm;
import dev.afina.internal.tokenization.UnigramPipeline;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The normalizers of a tokenizer.json that can run in Java. */
final class JavaNormalizers {

  private JavaNormalizers() {}

  /**
   * What the normalizers make of a short text, such as an added token. The function returns null
   * where only the native library can tell.
   */
  static Function<String, @Nullable String> of(Normalizers normalizers) {
    BertNormalizer bert = bert(normalizers);
    if (bert != null) {
      return bert::normalized;
    }
    List<TextStep> steps = steps(normalizers);
    return text -> steps == null ? null : UnigramPipeline.normalized(text, steps);
  }

  /** BERT's normalizer; null unless it is the only step. */
  static @Nullable BertNormalizer bert(Normalizers normalizers) {
    if (normalizers.steps().size() != 1 || !normalizers.has("BertNormalizer")) {
      return null;
    }
    JsonObject bert = normalizers.steps().get(0).object();
    boolean lowercase = flag(bert, "lowercase");
    Boolean strips = JsonFile.bool(bert, "strip_accents");
    return BertNormalizer.of(
        flag(bert, "clean_text"),
        flag(bert, "handle_chinese_chars"),
        strips == null ? lowercase : strips,
        lowercase);
  }

  /** The steps of a SentencePiece normalizer; null if one of them is not supported. */
  static @Nullable List<TextStep> steps(Normalizers normalizers) {
    List<TextStep> steps = new ArrayList<>();
    Iterator<Charsmap> charsmaps = normalizers.charsmaps().iterator();
    for (Fields fields : normalizers.steps()) {
      JsonObject step = fields.object();
      TextStep known =
          switch (Components.type(fields)) {
            case "Precompiled" -> charsmaps.next().step();
            case "NFC" -> UnicodeForm.of(false, true);
            case "NFD" -> UnicodeForm.of(false, false);
            case "NFKC" -> UnicodeForm.of(true, true);
            case "NFKD" -> UnicodeForm.of(true, false);
            case "Lowercase" -> TextStep.lowercase();
            case "StripAccents" -> TextStep.stripAccents();
            case "Strip" -> TextStep.strip(flag(step, "strip_left"), flag(step, "strip_right"));
            case "Replace" -> replace(step);
            default -> null;
          };
      if (known == null) {
        return null;
      }
      steps.add(known);
    }
    return steps;
  }

  private static @Nullable TextStep replace(JsonObject step) {
    String content = Objects.requireNonNull(JsonFile.string(step, "content"));
    JsonObject pattern = step.getAsJsonObject("pattern");
    String text = JsonFile.string(pattern, "String");
    if (text != null) {
      return TextStep.replace(text, content);
    }
    return switch (String.valueOf(JsonFile.string(pattern, "Regex"))) {
      case " {2,}" -> TextStep.replaceBlanks(content);
      case "\\s{2,}|[\\n\\r\\t]" -> TextStep.replaceWhite(content);
      default -> null;
    };
  }

  private static boolean flag(JsonObject object, String key) {
    return Boolean.TRUE.equals(JsonFile.bool(object, key));
  }
}
