package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@link CutPoints} of SentencePiece pipelines, which divide a text at each space and, for a
 * Unigram model, wherever no piece can span.
 *
 * <p>SentencePiece's character map changes a character together with the marks that follow it, and
 * never looks further. So a cut is safe where a space remains a space and the character before it
 * remains unchanged. And where all pieces must end, the best segmentation of the text before is
 * part of every best segmentation of the whole.
 */
final class MetaspaceCuts {

  /** Normalizers that change each character with its marks independently, and keep spaces. */
  private static final Set<String> LOCAL_NORMALIZERS =
      Set.of("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Strip", "Precompiled");

  /** Patterns that match white space only. */
  private static final Set<String> SPACES =
      Set.of(" {2,}", "\\s{2,}|[\\n\\r\\t]", "\\s{2,}", "\\s+", "\\s", "[\\n\\r\\t]", "\\n", " ");

  private static final Set<String> STAYS_SPACE = Set.of(" ", ComponentJson.METASPACE);
  private static final int PAIRS = 1 << 20;

  private final @Nullable Charsmap charsmap;
  private final boolean left;
  private final BitSet neighbours = new BitSet(PAIRS); // by hash, with false positives

  private MetaspaceCuts(TokenizerJson json, @Nullable Charsmap charsmap, boolean left) {
    this.charsmap = charsmap;
    this.left = left;
    json.modelTokens().pieces().forEach(this::addNeighbours);
  }

  /** The cuts of a tokenizer; null if it has another pipeline, or one that may not allow any. */
  static @Nullable MetaspaceCuts of(TokenizerJson json) {
    List<Fields> splits = json.preTokenizers();
    if (splits.isEmpty()
        || splits.size() > 2
        || !Components.type(splits.get(splits.size() - 1)).equals("Metaspace")
        || (splits.size() == 2
            && !Set.of("WhitespaceSplit", "Punctuation")
                .contains(Components.type(splits.get(0))))) {
      return null;
    }
    JsonObject metaspace = CanonicalComponents.of(splits).get(splits.size() - 1);
    if (!Boolean.TRUE.equals(JsonFile.bool(metaspace, "split"))
        || !ComponentJson.METASPACE.equals(JsonFile.string(metaspace, "replacement"))) {
      return null;
    }
    boolean left = !"first".equals(JsonFile.string(metaspace, "prepend_scheme"));
    for (Fields step : json.normalizers().steps()) {
      String type = Components.type(step);
      if (type.equals("Strip")) {
        left &= !Boolean.TRUE.equals(JsonFile.bool(step.object(), "strip_left"));
      }
      if (!LOCAL_NORMALIZERS.contains(type) && !isHarmlessReplace(step)) {
        return null;
      }
    }
    List<Charsmap> charsmaps = json.normalizers().charsmaps();
    if (charsmaps.size() > 1 || charsmaps.stream().anyMatch(map -> map.hasEntriesFrom(' '))) {
      return null;
    }
    Charsmap charsmap = charsmaps.isEmpty() ? null : charsmaps.get(0);
    MetaspaceCuts cuts = new MetaspaceCuts(json, charsmap, left);
    return cuts.keepsAddedTokens(json.addedTokens()) ? cuts : null;
  }

  /** Whether the end of a text can also be tokenized alone. */
  boolean left() {
    return left;
  }

  /** Whether normalization keeps a character unchanged if no mark follows it. */
  boolean keeps(char c) {
    return charsmap == null || !charsmap.changes(c);
  }

  /** Whether these two characters are adjacent in no piece. */
  boolean areApart(char first, char second) {
    return !neighbours.get(hash(first, second));
  }

  /** Whether the step replaces only spaces by spaces, or non-spaces by non-spaces. */
  private static boolean isHarmlessReplace(Fields step) {
    if (!Components.type(step).equals("Replace")) {
      return false;
    }
    JsonObject pattern = step.object().getAsJsonObject("pattern");
    String content = String.valueOf(JsonFile.string(step.object(), "content"));
    String text = JsonFile.string(pattern, "String");
    if (text != null && !text.equals(" ")) {
      return (text + content).chars().allMatch(c -> c > ' ' && c < 0x7F);
    }
    String found = text != null ? text : JsonFile.string(pattern, "Regex");
    return STAYS_SPACE.contains(content) && SPACES.contains(found);
  }

  /** Normalization must not introduce spaces into tokens that are matched after it. */
  private boolean keepsAddedTokens(JsonArray tokens) {
    for (JsonElement element : tokens) {
      JsonObject token = element.getAsJsonObject();
      String content = token.get("content").getAsString();
      if (token.get("normalized").getAsBoolean()
          && !content.chars().allMatch(c -> c > ' ' && c < 0x7F && keeps((char) c))) {
        return false;
      }
    }
    return true;
  }

  private void addNeighbours(String text) {
    for (int i = 1; i < text.length(); i++) {
      if (CutPoints.isChinese(text.charAt(i)) && CutPoints.isChinese(text.charAt(i - 1))) {
        neighbours.set(hash(text.charAt(i - 1), text.charAt(i)));
      }
    }
  }

  private static int hash(char first, char second) {
    return (((first << Character.SIZE) | second) * 0x9E3779B9) >>> (Integer.SIZE - 20);
  }
}
