package dev.afina.tokenization;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.internal.tokenization.PieceTrie;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a text may be cut before it is tokenized, so that its beginning (or its end) alone has the
 * same tokens with the same offsets as within the whole text.
 *
 * <p>There are four kinds of cut points. At each of them the whole pipeline provably divides the
 * text: no added token spans it, no normalizer combines characters across it, and a word ends there
 * by the pre-tokenizer or by the model's vocabulary.
 *
 * <ol>
 *   <li>Before an ASCII space, tab, line break or punctuation mark that no added token contains,
 *       and after a letter, a digit or (before spaces) any visible ASCII character. No ASCII
 *       character combines with the one before it in any of Unicode's normal forms, and both
 *       pre-tokenizers end a word there. In a run of spaces only the first qualifies, because some
 *       added tokens swallow the spaces beside them.
 *   <li>BERT: between two Chinese characters, around which its normalizer puts spaces.
 *   <li>Byte-level BPE: between two characters of one kind whose adjacent bytes are adjacent in no
 *       token of the vocabulary, so that no merge can join them.
 *   <li>Before an added token that is matched without normalization, and whose first character
 *       occurs inside no other added token.
 * </ol>
 *
 * <p>SentencePiece pipelines divide at spaces, before added tokens, and between two Chinese
 * characters that are adjacent in no piece; {@link MetaspaceCuts} decides for which pipelines that
 * is certain. For tokenizers with other components, texts are never cut.
 */
final class CutPoints {

  /** They change each character, and marks that follow it, by themselves; ASCII stays ASCII. */
  private static final Set<String> LOCAL_NORMALIZERS =
      Set.of("BertNormalizer", "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents");

  private static final int ASCII = 128;

  private enum Splitting {
    BERT,
    BYTE_LEVEL,
    METASPACE
  }

  private final Splitting splitting;
  private final boolean composed; // normalization leaves old letters alone
  private final boolean onlySpacesLeft; // where a space is put before a text without one
  private final @Nullable MetaspaceCuts metaspace;
  private final boolean chinese;
  private final PieceTrie exact; // the added tokens of the fourth kind
  private final @Nullable BitSet neighbours; // pairs of bytes inside tokens: first * 256 + second
  private final boolean[] boundary = new boolean[ASCII];
  private final boolean[] opening = new boolean[ASCII]; // first characters of the next

  private CutPoints(TokenizerJson json, Splitting splitting, @Nullable MetaspaceCuts metaspace) {
    this.splitting = splitting;
    this.metaspace = metaspace;
    List<Fields> normalizers = json.normalizers().steps();
    composed = normalizers.stream().allMatch(step -> Components.type(step).equals("NFC"));
    onlySpacesLeft =
        metaspace != null
            || Boolean.TRUE.equals(
                JsonFile.bool(json.preTokenizers().get(0).object(), "add_prefix_space"));
    boolean plain = readAddedTokens(json);
    exact = new PieceTrie(exactTokens(json));
    chinese =
        plain
            && splitting != Splitting.BYTE_LEVEL
            && (metaspace != null || spacesAroundChinese(normalizers));
    neighbours =
        plain && splitting == Splitting.BYTE_LEVEL && composed
            ? ByteAlphabet.neighbours(json.model(), json.modelIds().keySet())
            : null;
  }

  private static boolean spacesAroundChinese(List<Fields> normalizers) {
    return normalizers.stream()
        .anyMatch(
            step -> Boolean.TRUE.equals(JsonFile.bool(step.object(), "handle_chinese_chars")));
  }

  /** The cut points of a tokenizer; null if none are known. */
  static @Nullable CutPoints of(TokenizerJson json) {
    MetaspaceCuts metaspace = MetaspaceCuts.of(json);
    if (metaspace != null) {
      return new CutPoints(json, Splitting.METASPACE, metaspace);
    }
    if (json.preTokenizers().size() != 1
        || !json.normalizers().steps().stream()
            .allMatch(step -> LOCAL_NORMALIZERS.contains(Components.type(step)))) {
      return null;
    }
    Fields preTokenizer = json.preTokenizers().get(0);
    boolean regex = !Boolean.FALSE.equals(JsonFile.bool(preTokenizer.object(), "use_regex"));
    return switch (Components.type(preTokenizer)) {
      case "BertPreTokenizer" -> new CutPoints(json, Splitting.BERT, null);
      case "ByteLevel" -> regex ? new CutPoints(json, Splitting.BYTE_LEVEL, null) : null;
      default -> null;
    };
  }

  /**
   * The first cut point at or after an index, so that the text before it can be tokenized alone; -1
   * if none.
   */
  int next(String text, int from) {
    for (int at = Math.max(1, from); at < text.length(); at++) {
      if (isCutPoint(text, at)) {
        return at;
      }
    }
    return -1;
  }

  /**
   * The last cut point at or before an index, so that the text after it can be tokenized alone; -1
   * if none.
   */
  int previous(String text, int from) {
    if (metaspace != null && !metaspace.left()) {
      return -1;
    }
    for (int at = Math.min(text.length() - 1, from); at > 0; at--) {
      if (isCutPoint(text, at) && (!onlySpacesLeft || text.charAt(at) == ' ')) {
        return at;
      }
    }
    return -1;
  }

  private boolean isCutPoint(String text, int at) {
    char before = text.charAt(at - 1);
    char c = text.charAt(at);
    if (metaspace != null && !metaspace.keeps(before)) {
      return false;
    }
    if (c < ASCII) {
      boolean visible = before < ASCII ? before > ' ' && before < 0x7F : isLetter(before);
      if (boundary[c]) {
        return isSpace(c) ? visible : endsWord(before);
      }
      return opening[c] && visible && exact.beginsAt(text, at);
    }
    if (chinese) {
      return isChinese(before)
          && isChinese(c)
          && (metaspace == null || (metaspace.keeps(c) && metaspace.areApart(before, c)));
    }
    return neighbours != null && isRun(text, at) && !areNeighbours(text, at);
  }

  /** Whether a word ends with this character when a punctuation mark follows. */
  private boolean endsWord(char c) {
    if (c < ASCII) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
    // Decomposed, it might end with an accent, which byte-level's expression puts to the marks.
    return (splitting == Splitting.BERT || composed) && isLetter(c);
  }

  /** Whether the characters before and after are of one kind, in the middle of a word. */
  private static boolean isRun(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return isSmiley(text.codePointAt(at)) && isSmiley(text.codePointBefore(at));
    }
    return isEastAsian(c) && isEastAsian(text.charAt(at - 1));
  }

  private boolean areNeighbours(String text, int at) {
    int last = 0x80 | (text.codePointBefore(at) & 0x3F); // the last byte of it in UTF-8
    int c = text.codePointAt(at);
    int first = c > Character.MAX_VALUE ? 0xF0 | (c >>> 18) : 0xE0 | (c >>> 12);
    return neighbours == null || neighbours.get(last << 8 | first);
  }

  /**
   * Excludes the cut points that added tokens rule out.
   *
   * @return whether all of them are of visible ASCII characters
   */
  private boolean readAddedTokens(TokenizerJson json) {
    for (char c = 0; c < ASCII; c++) {
      boundary[c] =
          metaspace != null
              ? c == ' '
              : isSpace(c) || (c > ' ' && c < 0x7F && !Character.isLetterOrDigit(c));
    }
    boundary['_'] = false; // a letter to those added tokens that must be words
    boolean plain = true;
    for (JsonElement element : json.addedTokens()) {
      JsonObject token = element.getAsJsonObject();
      String content = token.get("content").getAsString();
      plain &= content.chars().allMatch(c -> c > ' ' && c < 0x7F);
      // In this form are all marks and spaces of the content, and all that normalization may make.
      forbid(Normalizer.normalize(content, Normalizer.Form.NFKD));
      if (token.get("rstrip").getAsBoolean()) {
        forbidSpaces();
      }
    }
    return plain;
  }

  /** Finds the added tokens of the fourth kind, and marks their first characters. */
  private Map<String, Integer> exactTokens(TokenizerJson json) {
    BitSet elsewhere = new BitSet(); // characters inside tokens, or at the beginning of other kinds
    List<String> candidates = new ArrayList<>();
    for (JsonElement element : json.addedTokens()) {
      JsonObject token = element.getAsJsonObject();
      if (token.get("normalized").getAsBoolean()) {
        continue;
      }
      String content = token.get("content").getAsString();
      content.chars().skip(1).forEach(elsewhere::set);
      if (token.get("single_word").getAsBoolean()) {
        elsewhere.set(content.charAt(0));
      } else {
        candidates.add(content);
      }
    }
    Map<String, Integer> found = new HashMap<>();
    for (String content : candidates) {
      char c = content.charAt(0);
      if (c > ' ' && c < 0x7F && c != '_' && !Character.isLetterOrDigit(c) && !elsewhere.get(c)) {
        found.put(content, found.size());
        opening[c] = true;
      }
    }
    return found;
  }

  private void forbid(String content) {
    content
        .codePoints()
        .forEach(
            c -> {
              // BERT's normalizer puts spaces around Chinese characters, in added tokens, too.
              if (c <= ' '
                  || Character.isSpaceChar(c)
                  || c == 0x85
                  || (c >= 0x3400 && c <= 0x9FFF)
                  || (c >= 0xF900 && c <= 0xFAFF)
                  || c >= 0x20000) {
                forbidSpaces();
              } else if (c < ASCII) {
                boundary[c] = false;
              }
            });
  }

  private void forbidSpaces() {
    for (char c = 0; c <= ' '; c++) {
      boundary[c] = false;
    }
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  static boolean isChinese(char c) {
    return c >= 0x4E00 && c <= 0x9FA5;
  }

  /** Chinese, Japanese kana and Korean syllables, all of them letters since Unicode 2. */
  private static boolean isEastAsian(char c) {
    return isChinese(c)
        || (c >= 0x3041 && c <= 0x3094)
        || (c >= 0x30A1 && c <= 0x30FA)
        || (c >= 0xAC00 && c <= 0xD7A3);
  }

  private static boolean isSmiley(int c) {
    return c >= 0x1F600 && c <= 0x1F640;
  }

  /** Letters in every version of Unicode that no normalizer removes. */
  private static boolean isLetter(char c) {
    return isEastAsian(c)
        || (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7) // Latin
        || (c >= 0x391 && c <= 0x3C9 && c != 0x3A2) // Greek
        || (c >= 0x400 && c <= 0x481) // Cyrillic
        || (c >= 0x5D0 && c <= 0x5EA) // Hebrew
        || (c >= 0x621 && c <= 0x63A) // Arabic
        || (c >= 0x905 && c <= 0x939) // Devanagari
        || (c >= 0xE01 && c <= 0xE30); // Thai
  }
}
