import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * Writes what the native tokenizers know of Unicode: {@code OUT}, a file that the tokenizers in
 * Java read (tokenization/src/main/resources/…/unicode.txt). Their tables are of several versions
 * of Unicode, so each character is asked for by tokenizing it: with a vocabulary of the 256 bytes
 * the ids spell the normalized text, with one that knows no word each word is one unknown token.
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

  private final StringBuilder out = new StringBuilder();

  public static void main(String[] arguments) throws IOException {
    UnicodeTables tables = new UnicodeTables();
    tables.write();
    Files.writeString(Path.of(arguments[0]), tables.out);
  }

  private void write() throws IOException {
    out.append("# Unicode as the native tokenizers have it, by interop/UnicodeTables.java.\n")
        .append(
            "# name: ranges of code points in hexadecimal; or mappings: from=to to, of a range\n")
        .append("# from..from=to with the first one's, the others' by the same distance.\n");
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
