import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Writes what the native tokenizers know of Unicode: unicode.txt, normalization.txt and
 * graphemes.txt, which the tokenizers in Java read (tokenization/src/main/resources/…), into the
 * folder {@code OUT}. Their tables are of several versions of Unicode, so each character is asked
 * for by tokenizing it: with a vocabulary of the 256 bytes the ids spell the normalized text, with
 * one that knows no word each word is one unknown token.
 *
 * <p>Where a text is divided into grapheme clusters shows in what a character map does: it looks
 * for a cluster of less than six bytes as a whole, and replaces all of it when its beginning is in
 * the map. So each character is put into a map and then beside others whose fate tells.
 *
 * <p>Run it again after an upgrade of ai.djl.huggingface:tokenizers: {@code java
 * -Dafina.javaTokenizer=false -cp examples/target/afina-examples.jar interop/UnicodeTables.java
 * OUT}.
 */
final class UnicodeTables {
  private static final int ALL = Character.MAX_CODE_POINT + 1;
  private static final String OVERLAY = "\u0334"; // a mark of class 1, the lowest
  private static final String IOTA = "\u0345"; // the mark of class 240, the highest
  private static final int FIRST_HANGUL = 0xAC00;
  private static final int LAST_HANGUL = 0xD7A3;
  private static final int BLOCK = 256;

  private final StringBuilder out = new StringBuilder();

  private UnicodeTables() {
    out.append("# Unicode as the native tokenizers have it, by interop/UnicodeTables.java.\n")
        .append(
            "# name: ranges of code points in hexadecimal; or mappings: from=to to, of a range\n")
        .append("# from..from=to with the first one's, the others' by the same distance.\n");
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    UnicodeTables words = new UnicodeTables();
    words.writeWords();
    Files.writeString(folder.resolve("unicode.txt"), words.out);
    UnicodeTables forms = new UnicodeTables();
    forms.writeForms();
    Files.writeString(folder.resolve("normalization.txt"), forms.out);
    UnicodeTables graphemes = new UnicodeTables();
    graphemes.writeGraphemes();
    Files.writeString(folder.resolve("graphemes.txt"), graphemes.out);
  }

  private void writeWords() throws IOException {
    try (Tokenizer lower = speller(bert(false, false, false, true));
        Tokenizer accents = speller(bert(false, false, true, false));
        Tokenizer clean = speller(bert(true, false, false, false));
        Tokenizer chinese = speller(bert(false, true, false, false));
        Tokenizer decompose = speller("{\"type\":\"NFD\"}");
        Tokenizer compose = speller("{\"type\":\"NFC\"}");
        Tokenizer bertWords = counter("{\"type\":\"BertPreTokenizer\"}");
        Tokenizer byteWords =
            counter("{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":false}")) {
      set("bertWhite", c -> words(bertWords, "a" + text(c) + "a") == 2);
      set("bertPunctuation", c -> words(bertWords, "a" + text(c) + "a") == 3);
      set("removed", c -> spelled(clean, text(c)).isEmpty());
      set("cleanedToSpace", c -> c != ' ' && spelled(clean, text(c)).equals(" "));
      set("chinese", c -> spelled(chinese, text(c)).equals(" " + text(c) + " "));
      set("letter", c -> words(byteWords, "a" + text(c)) == 1);
      set("number", c -> words(byteWords, "1" + text(c)) == 1);
      set("symbol", c -> words(byteWords, "!" + text(c)) == 1);
      map("lower", c -> spelled(lower, text(c)));
      map("unaccented", c -> isHangul(c) ? text(c) : spelled(accents, text(c)));
      BitSet marks = new BitSet(ALL);
      BitSet inside = new BitSet(ALL);
      for (int c = 0; c < ALL; c++) {
        if (!isSurrogate(c)) {
          String decomposed = spelled(decompose, text(c));
          decomposed.codePoints().skip(1).forEach(inside::set);
          boolean moves =
              !spelled(decompose, "a" + text(c) + OVERLAY).equals("a" + decomposed + OVERLAY)
                  || !spelled(decompose, "a" + IOTA + text(c)).equals("a" + IOTA + decomposed);
          if (moves && decomposed.equals(text(c))
              || text(c).equals(OVERLAY)
              || text(c).equals(IOTA)) {
            marks.set(c);
          }
        }
      }
      // Marks that stay when accents are stripped, and what decomposes to them: order matters.
      set("keptMark", c -> spelled(accents, text(c)).codePoints().anyMatch(marks::get));
      // What NFC may change by itself or by what stands beside it.
      set(
          "notComposed",
          c -> marks.get(c) || inside.get(c) || !spelled(compose, text(c)).equals(text(c)));
    }
  }

  /** Decompositions, the order of marks, and which pairs become one character. */
  private void writeForms() throws IOException {
    try (Tokenizer decompose = speller("{\"type\":\"NFD\"}");
        Tokenizer compatible = speller("{\"type\":\"NFKD\"}");
        Tokenizer compose = speller("{\"type\":\"NFC\"}");
        Tokenizer accents = speller("{\"type\":\"StripAccents\"}")) {
      BitSet decomposed = changed(decompose, "", "");
      BitSet compatibles = changed(compatible, "", "");
      BitSet marks = changed(accents, "", "");
      map("decomposed", c -> decomposed.get(c) ? spelled(decompose, text(c)) : text(c));
      map("compatible", c -> compatibles.get(c) ? spelled(compatible, text(c)) : text(c));
      set("accent", c -> marks.get(c) && spelled(accents, text(c)).isEmpty());
      map("pair", c -> decomposed.get(c) ? pair(c, decompose, compose) : text(c));
      BitSet moved = changed(decompose, IOTA, "");
      moved.or(changed(decompose, "", OVERLAY));
      List<BitSet> classes = new ArrayList<>();
      for (int c = moved.nextSetBit(0); c >= 0; c = moved.nextSetBit(c + 1)) {
        if (spelled(decompose, text(c)).equals(text(c))
            && (swap(text(c), OVERLAY, decompose) || swap(IOTA, text(c), decompose))) {
          addToClass(c, classes, decompose);
        }
      }
      for (int i = 0; i < classes.size(); i++) {
        set("class" + (i + 1), classes.get(i)::get);
      }
    }
  }

  /**
   * Hangul left out, the characters that do not stay as they are between two others and letters.
   */
  private static BitSet changed(Tokenizer speller, String before, String after) {
    BitSet changed = new BitSet(ALL);
    for (int first = 0; first < ALL; first += BLOCK) {
      StringBuilder block = new StringBuilder("a");
      for (int c = first; c < first + BLOCK; c++) {
        if (!isSurrogate(c) && !isHangul(c)) {
          block.append(before).append(text(c)).append(after).append('a');
        }
      }
      boolean some = !spelled(speller, block.toString()).contentEquals(block);
      for (int c = first; some && c < first + BLOCK; c++) {
        if (!isSurrogate(c) && !isHangul(c)) {
          String text = "a" + before + text(c) + after;
          changed.set(c, !spelled(speller, text).equals(text));
        }
      }
    }
    return changed;
  }

  /** The two characters that are composed to one, or the character itself. */
  private static String pair(int c, Tokenizer decompose, Tokenizer compose) {
    String whole = text(c);
    String parts = spelled(decompose, whole);
    if (parts.codePointCount(0, parts.length()) < 2) {
      return whole;
    }
    int last = parts.offsetByCodePoints(parts.length(), -1);
    String pair = spelled(compose, parts.substring(0, last)) + parts.substring(last);
    boolean isPair = pair.codePointCount(0, pair.length()) == 2;
    return isPair && spelled(compose, pair).equals(whole) ? pair : whole;
  }

  /** Whether two marks change places. */
  private static boolean swap(String first, String second, Tokenizer decompose) {
    return spelled(decompose, "a" + first + second).equals("a" + second + first)
        && !first.equals(second);
  }

  /** Puts a mark to the others of its combining class; the lowest class comes first. */
  private static void addToClass(int mark, List<BitSet> classes, Tokenizer decompose) {
    int at = 0;
    for (; at < classes.size(); at++) {
      String other = text(classes.get(at).nextSetBit(0));
      if (swap(other, text(mark), decompose)) {
        break; // its class is lower
      }
      if (!swap(text(mark), other, decompose)) {
        classes.get(at).set(mark);
        return;
      }
    }
    BitSet own = new BitSet();
    own.set(mark);
    classes.add(at, own);
  }

  private static final int GROUP = 1 << 12;
  private static final String ACUTE = "\u0301"; // a mark of two bytes
  private static final String JOINER = "\u200D";
  private static final String SIGN = "\u00A9"; // a pictograph of two bytes
  private static final String KA = "\u0915";
  private static final String VIRAMA = "\u094D";
  private static final String SSA = "\u0937";

  /**
   * A text in which {@code c} stands beside others, and whether it shows that c is a member.
   *
   * @param joins whether only those can be members that join to what is before them
   */
  private record Probe(
      String set, boolean joins, UnaryOperator<String> text, BiPredicate<String, String> shows) {}

  private static final List<Probe> PROBES =
      List.of(
          new Probe("joins", false, c -> "a" + c, (own, is) -> is.equals("y")),
          new Probe(
              "extends",
              true,
              c -> SIGN + c + JOINER + SIGN + ACUTE,
              (own, is) -> is.endsWith("wz")),
          new Probe("prepend", false, c -> c + "a" + ACUTE, (own, is) -> !is.equals(own + "y")),
          new Probe("control", false, c -> c + ACUTE + ACUTE, (own, is) -> is.equals(own + "z")),
          new Probe(
              "pictograph", false, c -> c + JOINER + SIGN + ACUTE, (own, is) -> is.endsWith("wz")),
          new Probe(
              "consonant", false, c -> c + VIRAMA + SSA + ACUTE, (own, is) -> is.endsWith("vz")),
          new Probe("linker", true, c -> KA + c + SSA + ACUTE, (own, is) -> is.endsWith("vz")),
          new Probe(
              "conjunctExtend",
              true,
              c -> KA + VIRAMA + c + SSA + ACUTE,
              (own, is) -> is.endsWith("vz")));

  private void writeGraphemes() throws IOException {
    List<BitSet> sets = PROBES.stream().map(probe -> new BitSet(ALL)).toList();
    for (int first = 0; first < ALL; first += GROUP) {
      List<Integer> group = new ArrayList<>();
      SortedMap<String, String> map = new TreeMap<>();
      for (int c = Math.max(1, first); c < first + GROUP; c++) {
        // Line feeds stand between the probes, and a carriage return would join to one.
        if (!isSurrogate(c) && c != '\n' && c != '\r') {
          group.add(c);
          map.put(text(c), "x");
        }
      }
      map.putAll(Map.of("a", "y", ACUTE, "z", SIGN, "w", SSA, "v", KA, "k", VIRAMA, "l"));
      try (Tokenizer speller = speller(CharacterMap.normalizer(map))) {
        for (int i = 0; i < PROBES.size(); i++) {
          Probe probe = PROBES.get(i);
          String texts =
              group.stream()
                  .map(c -> probe.text().apply(text(c)))
                  .collect(Collectors.joining("\n"));
          String[] spelled = spelled(speller, texts).split("\n", -1);
          for (int k = 0; k < spelled.length; k++) {
            int c = group.get(k);
            if (probe.shows().test(map.get(text(c)), spelled[k])) {
              sets.get(i).set(c);
            }
          }
        }
      }
    }
    for (int c : new int[] {0, '\n', '\r'}) {
      sets.get(3).set(c);
    }
    for (int i = 0; i < PROBES.size(); i++) {
      BitSet members = sets.get(i);
      if (PROBES.get(i).joins()) {
        members.and(sets.get(0));
      }
      set(PROBES.get(i).set(), members::get);
    }
  }

  /** A precompiled_charsmap: a double-array trie of bytes, each node's children in a block. */
  private static final class CharacterMap {
    private static final int BLOCK = 256;

    private final List<int[]> blocks = new ArrayList<>(List.of(new int[BLOCK], new int[BLOCK]));
    private final Map<String, Integer> values = new TreeMap<>(); // all in the second block
    private final ByteArrayOutputStream replacements = new ByteArrayOutputStream();

    static String normalizer(SortedMap<String, String> map) {
      CharacterMap made = new CharacterMap();
      SortedMap<String, Integer> keys = new TreeMap<>();
      map.forEach((from, to) -> keys.put(bytes(from), made.value(to)));
      made.add(0, "", keys);
      ByteBuffer all =
          ByteBuffer.allocate(4 + made.blocks.size() * 4 * BLOCK + made.replacements.size())
              .order(ByteOrder.LITTLE_ENDIAN);
      all.putInt(made.blocks.size() * 4 * BLOCK);
      for (int[] block : made.blocks) {
        for (int unit : block) {
          all.putInt(unit);
        }
      }
      all.put(made.replacements.toByteArray());
      return "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\""
          + Base64.getEncoder().encodeToString(all.array())
          + "\"}";
    }

    /** The unit that holds the place of a replacement. */
    private int value(String replacement) {
      return values.computeIfAbsent(
          replacement,
          text -> {
            int unit = BLOCK + values.size();
            set(unit, Integer.MIN_VALUE | replacements.size());
            replacements.writeBytes((text + "\0").getBytes(StandardCharsets.UTF_8));
            return unit;
          });
    }

    /** Bytes as chars. */
    private static String bytes(String text) {
      return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Gives the node at a place its value or its children: keys that begin with its bytes. */
    private void add(int at, String prefix, SortedMap<String, Integer> keys) {
      Integer value = keys.get(prefix);
      if (value != null) {
        set(at, get(at) | (at ^ value) << 10 | 1 << 8);
        return;
      }
      int block = blocks.size() * BLOCK;
      blocks.add(new int[BLOCK]);
      set(at, get(at) | (at ^ block) << 10);
      for (char b = 1; b < BLOCK; b++) {
        String child = prefix + b;
        SortedMap<String, Integer> below = keys.subMap(child, child + Character.MAX_VALUE);
        if (!below.isEmpty()) {
          set(block + b, b);
          add(block + b, child, below);
        }
      }
    }

    private int get(int at) {
      return blocks.get(at / BLOCK)[at % BLOCK];
    }

    private void set(int at, int unit) {
      blocks.get(at / BLOCK)[at % BLOCK] = unit;
    }
  }

  private interface Spelling {
    String of(int c);
  }

  private void set(String name, IntPredicate member) {
    System.err.println(name);
    out.append(name).append(':');
    for (int c = 0; c < ALL; c++) {
      if (isSurrogate(c) || !member.test(c)) {
        continue;
      }
      int first = c;
      while (c + 1 < ALL && !isSurrogate(c + 1) && member.test(c + 1)) {
        c++;
      }
      out.append(' ').append(hex(first));
      if (c > first) {
        out.append("..").append(hex(c));
      }
    }
    out.append('\n');
  }

  private void map(String name, Spelling spelling) {
    System.err.println(name);
    out.append(name).append(':');
    SortedMap<Integer, String> changed = new TreeMap<>();
    for (int c = 0; c < ALL; c++) {
      if (!isSurrogate(c)) {
        String to = spelling.of(c);
        if (!to.equals(text(c))) {
          changed.put(c, to);
        }
      }
    }
    int skipUntil = -1;
    for (Map.Entry<Integer, String> entry : changed.entrySet()) {
      int first = entry.getKey();
      String to = entry.getValue();
      if (first <= skipUntil) {
        continue;
      }
      int last = first;
      while (follows(changed.get(last + 1), to, last + 1 - first)) {
        last++;
      }
      skipUntil = last;
      out.append(' ').append(hex(first));
      if (last > first) {
        out.append("..").append(hex(last));
      }
      out.append('=')
          .append(to.codePoints().mapToObj(UnicodeTables::hex).collect(Collectors.joining("+")));
    }
    out.append('\n');
  }

  /** Whether a mapping is that of an earlier character, so many code points further. */
  private static boolean follows(String to, String first, int distance) {
    if (to == null) {
      return false;
    }
    if (to.isEmpty() || first.isEmpty()) {
      return to.equals(first);
    }
    return first.codePointCount(0, first.length()) == 1
        && to.equals(text(first.codePointAt(0) + distance));
  }

  private static String hex(int c) {
    return Integer.toHexString(c).toUpperCase(java.util.Locale.ROOT);
  }

  private static boolean isHangul(int c) {
    return c >= FIRST_HANGUL && c <= LAST_HANGUL;
  }

  private static boolean isSurrogate(int c) {
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
  }

  private static String text(int c) {
    return Character.toString(c);
  }

  private static int words(Tokenizer counter, String text) {
    return counter.encode(text, Integer.MAX_VALUE).size();
  }

  /** The normalized text: each token is a byte. */
  private static String spelled(Tokenizer speller, String text) {
    Encoding encoding = speller.encode(text, Integer.MAX_VALUE);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < encoding.size(); i++) {
      bytes.write(encoding.id(i));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static String bert(boolean clean, boolean chinese, boolean accents, boolean lower) {
    JsonObject normalizer = new JsonObject();
    normalizer.addProperty("type", "BertNormalizer");
    normalizer.addProperty("clean_text", clean);
    normalizer.addProperty("handle_chinese_chars", chinese);
    normalizer.addProperty("strip_accents", accents);
    normalizer.addProperty("lowercase", lower);
    return normalizer.toString();
  }

  /** A tokenizer whose ids are the bytes of the normalized text. */
  private static Tokenizer speller(String normalizer) throws IOException {
    JsonObject vocab = new JsonObject();
    int next = 256;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b != 0xAD);
      vocab.addProperty(text(printable ? b : next++), b);
    }
    JsonObject model = new JsonObject();
    model.addProperty("type", "BPE");
    model.add("vocab", vocab);
    model.add("merges", new JsonArray());
    return tokenizer(
        normalizer,
        "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":false,"
            + "\"use_regex\":false}",
        model);
  }

  /** A tokenizer of one token a word. */
  private static Tokenizer counter(String preTokenizer) throws IOException {
    JsonObject vocab = new JsonObject();
    vocab.addProperty("unknown", 0);
    JsonObject model = new JsonObject();
    model.addProperty("type", "WordLevel");
    model.addProperty("unk_token", "unknown");
    model.add("vocab", vocab);
    return tokenizer("null", preTokenizer, model);
  }

  private static Tokenizer tokenizer(String normalizer, String preTokenizer, JsonObject model)
      throws IOException {
    JsonObject tokenizer = new JsonObject();
    tokenizer.addProperty("version", "1.0");
    tokenizer.add("normalizer", JsonParser.parseString(normalizer));
    tokenizer.add("pre_tokenizer", JsonParser.parseString(preTokenizer));
    tokenizer.add("model", model);
    Map<String, String> files =
        Map.of(
            "tokenizer.json",
            tokenizer.toString(),
            "tokenizer_config.json",
            "{\"tokenizer_class\":\"PreTrainedTokenizerFast\"}");
    return Tokenizer.load(
        name -> Optional.ofNullable(files.get(name)).map(t -> t.getBytes(StandardCharsets.UTF_8)));
  }
}
