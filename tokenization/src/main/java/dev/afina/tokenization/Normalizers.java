package dev.afina.tokenization;

import static dev.afina.tokenization.Components.NO_FIELDS;
import static java.util.Map.entry;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * The supported normalizers: those of BERT-like and SentencePiece tokenizers.
 *
 * @param steps the checked components in their order
 * @param growth how many characters the file can make of one at most (Unicode's own forms, which
 *     are the same for every file, not counted)
 * @param charsmaps the character maps among the steps
 */
record Normalizers(List<Fields> steps, int growth, List<Charsmap> charsmaps) {

  static final String KEY = "normalizer";

  /** Published files replace by one or two characters and prepend one. */
  private static final int LONGEST_CONTENT = 16;

  /** Published files do not grow a text but for the 18 of a charsmap of NFKC. */
  private static final int MOST_GROWTH = 32;

  /** They take away spaces at the ends, accents, or control characters. */
  private static final Set<String> REMOVE =
      Set.of("BertNormalizer", "Strip", "StripAccents", "Nmt", "Precompiled");

  /** Symbols that Nmt turns into spaces or BertNormalizer removes. */
  private static final Set<Integer> BECOME_SPACE = Set.of(0x2581, 0xFFFD);

  private static final String WHITE = "\\p{IsWhite_Space}";

  private static final Map<String, Components.Check> KNOWN =
      Map.ofEntries(
          entry("BertNormalizer", Normalizers::checkBert),
          entry("NFC", NO_FIELDS),
          entry("NFD", NO_FIELDS),
          entry("NFKC", NO_FIELDS),
          entry("NFKD", NO_FIELDS),
          entry("Nmt", NO_FIELDS),
          entry("Lowercase", NO_FIELDS),
          entry("StripAccents", NO_FIELDS),
          entry("Strip", Normalizers::checkStrip),
          entry("Prepend", fields -> fields.text("prepend", 1, LONGEST_CONTENT)),
          entry("Replace", Normalizers::growthOfReplace),
          entry("Precompiled", Charsmap::encoded)); // growth() reads it

  static Normalizers of(@Nullable JsonElement element, String file) throws IOException {
    String path = file + ": " + KEY;
    List<Fields> steps = Components.checked(element, path, "normalizers", KNOWN);
    int growth = 1;
    List<Charsmap> charsmaps = new ArrayList<>();
    for (Fields step : steps) {
      growth *= growth(step, charsmaps);
      if (growth > MOST_GROWTH) {
        throw new IOException(
            path
                + ": can make more than "
                + MOST_GROWTH
                + " characters of one, which would take the memory of a long text's reader");
      }
    }
    return new Normalizers(steps, growth, charsmaps);
  }

  boolean has(String type) {
    return Components.has(steps, type);
  }

  /** Whether some step removes characters. */
  boolean removes() {
    return steps.stream().anyMatch(step -> REMOVE.contains(Components.type(step)));
  }

  /**
   * Whether steps that remove characters may reduce a text, such as an added token, to nothing: a
   * guess for those that do not run in Java.
   */
  boolean mayRemove(String text) {
    // What replaces a mark may be a space, which another step removes.
    boolean marksStay = !has("Precompiled") && !has("Replace");
    return Normalizer.normalize(text, Normalizer.Form.NFKD)
        .codePoints()
        .noneMatch(c -> isKept(c) || (marksStay && isMark(c)));
  }

  /**
   * The text with case and accents folded as the steps may do; texts that differ here may still
   * become equal.
   */
  String folded(String text) {
    String folded = text;
    for (Fields step : steps) {
      JsonObject object = step.object();
      boolean bert = Components.type(step).equals("BertNormalizer");
      boolean lower = bert && Boolean.TRUE.equals(JsonFile.bool(object, "lowercase"));
      Boolean accents = bert ? JsonFile.bool(object, "strip_accents") : null;
      folded =
          switch (Components.type(step)) {
            case "NFKC", "NFKD", "Precompiled", "Nmt" ->
                Normalizer.normalize(folded, Normalizer.Form.NFKD);
            case "NFC", "NFD" -> Normalizer.normalize(folded, Normalizer.Form.NFD);
            case "Lowercase" -> folded.toLowerCase(Locale.ROOT);
            case "StripAccents" -> withoutMarks(folded);
            case "Strip" -> folded.replaceAll("^" + WHITE + "+|" + WHITE + "+$", "");
            case "Replace" -> replaced(folded, object);
            case "BertNormalizer" -> {
              boolean strips = accents == null ? lower : accents;
              String clean = folded.replaceAll(WHITE, " ").replaceAll("\\p{C}", "");
              String plain = strips ? withoutMarks(clean) : clean;
              yield lower ? plain.toLowerCase(Locale.ROOT) : plain;
            }
            default -> folded;
          };
    }
    return folded;
  }

  /** All that a regular expression may look for here is white space. */
  private static String replaced(String text, JsonObject replace) {
    String content = Objects.requireNonNull(JsonFile.string(replace, "content"));
    String found = JsonFile.string(JsonFile.child(replace, "pattern"), "String");
    return found == null
        ? text.replaceAll(WHITE + "+", Matcher.quoteReplacement(content))
        : text.replace(found, content);
  }

  private static String withoutMarks(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{Mn}", "");
  }

  /** Characters that no normalizer removes. */
  private static boolean isKept(int c) {
    return (c > ' ' && c <= '~')
        || Character.isLetterOrDigit(c)
        || (Character.getType(c) == Character.OTHER_SYMBOL && !BECOME_SPACE.contains(c));
  }

  /** Punctuation and the symbols of currencies, of mathematics and of letters. */
  private static boolean isMark(int c) {
    return switch (Character.getType(c)) {
      case Character.CURRENCY_SYMBOL,
          Character.MATH_SYMBOL,
          Character.MODIFIER_SYMBOL,
          Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  private static int growth(Fields step, List<Charsmap> charsmaps) throws IOException {
    return switch (Components.type(step)) {
      case "Replace" -> growthOfReplace(step);
      case "Precompiled" -> {
        charsmaps.add(Charsmap.of(step));
        yield charsmaps.get(charsmaps.size() - 1).growth();
      }
      default -> 1;
    };
  }

  private static void checkBert(Fields fields) throws IOException {
    fields.bool("clean_text");
    fields.bool("handle_chinese_chars");
    fields.boolOrNull("strip_accents");
    fields.bool("lowercase");
  }

  private static void checkStrip(Fields fields) throws IOException {
    fields.bool("strip_left");
    fields.bool("strip_right");
  }

  private static int growthOfReplace(Fields fields) throws IOException {
    int match = Patterns.check(fields);
    String content = fields.text("content", 1, LONGEST_CONTENT);
    int length = content.codePointCount(0, content.length());
    return Math.max(1, (length + match - 1) / match);
  }
}
