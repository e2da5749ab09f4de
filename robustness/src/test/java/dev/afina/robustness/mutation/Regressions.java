package dev.afina.robustness.mutation;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The files that once broke Afina, each with how it has to end. */
final class Regressions {
  private static final String TOKENIZER = "tokenizer.json of bert";
  private static final String CONFIG = "config.json of bert";
  private static final String SETTINGS = "tokenizer settings of bert";
  private static final String WEIGHTS = "safetensors of bert";
  private static final String CARD = "card of a model";

  /**
   * @param target the name of the target
   * @param file the changed content, made when it is tried
   * @param expected matches the whole of the outcome: its kind and, where it is a refusal, the
   *     message
   */
  private record Case(String target, String path, Supplier<byte[]> file, String expected) {}

  private Regressions() {}

  /** How each has to end, as a regular expression. */
  static Map<String, String> expected() {
    Map<String, String> expected = new TreeMap<>();
    cases().forEach((name, one) -> expected.put(name, one.expected));
    return expected;
  }

  /** The mutations by name. */
  static Map<String, Supplier<Mutation>> of(List<Target> targets) {
    Map<String, Supplier<Mutation>> mutations = new TreeMap<>();
    cases()
        .forEach(
            (name, one) -> {
              Target target =
                  targets.stream()
                      .filter(t -> t.name().equals(one.target))
                      .findFirst()
                      .orElseThrow(() -> new IllegalStateException("no target " + one.target));
              mutations.put(
                  name,
                  () ->
                      new Mutation(
                          name,
                          target,
                          Map.of(one.path, new Entry.Content(one.file.get())),
                          "as it was found",
                          false));
            });
    return mutations;
  }

  private static Map<String, Case> cases() {
    Map<String, Case> cases = new TreeMap<>();
    tokenizers(cases);
    settings(cases);
    weights(cases);
    cards(cases);
    data(cases);
    hub(cases);
    return cases;
  }

  /** Each ended the process, or took all its memory or time. */
  private static void tokenizers(Map<String, Case> cases) {
    Map<String, String> components = new TreeMap<>();
    components.put("decoder", "{\"type\":\"WordPiece\",\"prefix\":1e999}");
    components.put("normalizer", "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AAAA\"}");
    components.put("pre_tokenizer", "{\"type\":\"FixedLength\",\"length\":0}");
    components.forEach(
        (key, value) -> cases.put("tokenizer.json, dangerous " + key, tokenizer(key, () -> value)));
    for (String regex : List.of("(a+)+$", "(a|aa)+$")) {
      cases.put(
          "tokenizer.json, Split by " + regex,
          tokenizer(
              "pre_tokenizer",
              () ->
                  "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"%s\"},\"behavior\":\"Isolated\",\"invert\":false}"
                      .formatted(regex)));
      cases.put(
          "tokenizer.json, Replace of " + regex,
          tokenizer(
              "normalizer",
              () ->
                  "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"%s\"},\"content\":\"\"}"
                      .formatted(regex)));
    }
    cases.put(
        "tokenizer.json, four Replace that grow",
        tokenizer(
            "normalizer",
            () -> {
              String replace =
                  "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"%s\"}"
                      .formatted("a".repeat(1000));
              return "{\"type\":\"Sequence\",\"normalizers\":[%s]}"
                  .formatted(String.join(",", List.of(replace, replace, replace, replace)));
            }));
    cases.put(
        "tokenizer.json, Prepend of 50 MB", // beyond what the workers' heap can hold
        new Case(
            TOKENIZER,
            "tokenizer.json",
            () ->
                replaced(
                    Fixtures.bytes("golden/models/bert/model/tokenizer.json"),
                    "normalizer",
                    "{\"type\":\"Prepend\",\"prepend\":\"" + "x".repeat(50_000_000) + "\"}"),
            "refused .*tokenizer\\.json: [0-9]+ bytes, expected at most a sixth of the heap.*"));
    cases.put(
        "tokenizer.json, type 3370",
        tokenizer(
            "post_processor",
            () ->
                "{\"type\":\"TemplateProcessing\",\"single\":[{\"Sequence\":{\"id\":\"A\",\"type_id\":3370}}],"
                    + "\"pair\":[{\"Sequence\":{\"id\":\"A\",\"type_id\":0}},"
                    + "{\"Sequence\":{\"id\":\"B\",\"type_id\":1}}],\"special_tokens\":{}}"));
  }

  private static Case tokenizer(String key, Supplier<String> value) {
    return new Case(
        TOKENIZER,
        "tokenizer.json",
        () -> replaced(Fixtures.bytes("golden/models/bert/model/tokenizer.json"), key, value.get()),
        "refused .*tokenizer\\.json: .*" + key + ".*");
  }

  private static void settings(Map<String, Case> cases) {
    for (String wrong : List.of("0.5", "1", "2")) {
      cases.put(
          "model_max_length " + wrong,
          json(
              SETTINGS,
              "tokenizer_config.json",
              "model_max_length",
              wrong,
              "refused .*model_max_length.*"));
    }
    cases.put(
        "model_max_length \"512\"",
        json(SETTINGS, "tokenizer_config.json", "model_max_length", "\"512\"", "(same|other) "));
    // As 1e30, which transformers writes where a tokenizer has no limit.
    cases.put(
        "model_max_length 1e99999",
        json(SETTINGS, "tokenizer_config.json", "model_max_length", "1e99999", "same "));
    cases.put(
        "layer_norm_eps 1e999",
        json(CONFIG, "config.json", "layer_norm_eps", "1e999", "refused .*layer_norm_eps.*"));
    cases.put(
        "no post_processor",
        json(
            TOKENIZER,
            "tokenizer.json",
            "post_processor",
            "null",
            "refused .*tokenizer\\.json: post_processor .*"));
  }

  private static void weights(Map<String, Case> cases) {
    byte[] good = Fixtures.bytes("golden/models/bert/model/model.safetensors");
    for (float number : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      cases.put(
          "a weight that is " + number,
          new Case(
              WEIGHTS,
              "model.safetensors",
              () -> {
                byte[] file = good.clone();
                int bits = Float.floatToRawIntBits(number);
                for (int i = 0; i < Float.BYTES; i++) {
                  file[file.length - Float.BYTES + i] = (byte) (bits >>> (8 * i));
                }
                return file;
              },
              "refused .*model\\.safetensors.*"));
    }
  }

  private static void cards(Map<String, Case> cases) {
    Map<String, String> yaml = new TreeMap<>();
    yaml.put("refers to itself", "a: &a\n  b: *a");
    yaml.put("20,000 brackets", "a: " + "[".repeat(20_000));
    yaml.put("3,000 nested maps", "a: " + "{a: ".repeat(3_000) + "1" + "}".repeat(3_000));
    yaml.forEach(
        (name, metadata) ->
            cases.put(
                "YAML, " + name,
                new Case(
                    CARD,
                    "README.md",
                    () -> utf8("---\n" + metadata + "\n---\n# Tiny\n"),
                    "refused .*README\\.md.*")));
  }

  private static void data(Map<String, Case> cases) {
    cases.put(
        "csv.gz of 150 kB that unpacks to 150 MB",
        new Case(
            "CSV in gzip",
            "data.csv.gz",
            () -> GzipMutator.packRepeated("text,label\n\"", 'a', 150_000_000, "\",1\n"),
            "refused .*data\\.csv\\.gz.*"));
    cases.put(
        "jsonl.gz of 150 kB that unpacks to 150 MB",
        new Case(
            "JSON Lines in gzip",
            "data.jsonl.gz",
            () ->
                GzipMutator.packRepeated(
                    "{\"label\": \"1\", \"text\": \"", 'a', 150_000_000, "\"}\n"),
            "refused .*data\\.jsonl\\.gz.*"));
    cases.put(
        "Parquet cut short",
        new Case(
            "Parquet none",
            "none.parquet",
            () -> {
              byte[] file = Fixtures.bytes("golden/files/none.parquet");
              byte[] cut = Arrays.copyOf(file, file.length - 1000);
              System.arraycopy(file, file.length - 1000, cut, cut.length - 1000, 1000);
              return cut;
            },
            "refused .*none\\.parquet.*"));
  }

  private static void hub(Map<String, Case> cases) {
    byte[] notUtf8 = {(byte) 0xE9, (byte) 0xFF, 10};
    cases.put(
        "afina.lock that is no UTF-8",
        new Case("afina.lock", "afina.lock", () -> notUtf8, "refused .*afina\\.lock.*"));
    cases.put(
        "ref that is no UTF-8",
        new Case(
            "cache without the Hub",
            "models--tester--tiny/refs/main",
            () -> notUtf8,
            "refused .*refs/main.*"));
  }

  private static Case json(String target, String path, String key, String value, String expected) {
    return new Case(
        target,
        path,
        () -> replaced(Fixtures.bytes("golden/models/bert/model/" + path), key, value),
        expected);
  }

  /** A JSON object with one member replaced; the value is written as it is. */
  private static byte[] replaced(byte[] json, String key, String value) {
    JsonObject object =
        JsonParser.parseString(new String(json, StandardCharsets.UTF_8)).getAsJsonObject();
    object.remove(key);
    String others = object.toString();
    ByteArrayOutputStream file = new ByteArrayOutputStream(others.length() + value.length() + 99);
    file.writeBytes(utf8(others.substring(0, others.length() - 1) + ", \"" + key + "\": "));
    file.writeBytes(utf8(value));
    file.writeBytes(utf8("}"));
    return file.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
