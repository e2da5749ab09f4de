package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The committed vocabularies and golden files. */
final class Fixture {

  static final String UNCASED = "bert-base-uncased";
  static final String CASED = "bert-base-cased";
  static final String MULTILINGUAL = "bert-base-multilingual-cased";
  static final String ROBERTA = "roberta-base";

  private Fixture() {}

  /** The vocabulary as the folder that the golden script made of it. */
  static TokenizerFiles vocabulary(String name) throws IOException {
    Map<String, String> files = new HashMap<>();
    if (name.equals(ROBERTA)) {
      files.put("vocab.json", resource("vocab/" + name + "/vocab.json.gz"));
      files.put("merges.txt", resource("vocab/" + name + "/merges.txt.gz"));
      files.put("config.json", "{\"model_type\": \"roberta\"}");
      // As in the published roberta-base: the mask swallows the space before it.
      files.put(
          "tokenizer_config.json",
          "{\"mask_token\": {\"__type\": \"AddedToken\", \"content\": \"<mask>\", \"lstrip\":"
              + " true}}");
    } else {
      files.put("vocab.txt", resource("vocab/" + name + "/vocab.txt.gz"));
      files.put("config.json", "{\"model_type\": \"bert\"}");
      if (!name.equals(UNCASED)) {
        files.put("tokenizer_config.json", "{\"do_lower_case\": false}");
      }
    }
    return inMemory(files);
  }

  static TokenizerFiles inMemory(Map<String, String> files) {
    return name ->
        Optional.ofNullable(files.get(name)).map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  static Tokenizer tokenizer(String name) throws IOException {
    return Tokenizer.load(vocabulary(name));
  }

  static JsonObject golden(String name) throws IOException {
    return JsonParser.parseString(resource("golden/" + name + ".json.gz")).getAsJsonObject();
  }

  static List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    for (JsonElement line :
        JsonParser.parseString(resource("golden/lines.json.gz")).getAsJsonArray()) {
      lines.add(line.getAsString());
    }
    return lines;
  }

  static int[] ints(JsonElement array) {
    JsonArray numbers = array.getAsJsonArray();
    int[] ints = new int[numbers.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = numbers.get(i).getAsInt();
    }
    return ints;
  }

  static String resource(String name) throws IOException {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  /** The content of a gzipped resource. */
  static byte[] bytes(String name) throws IOException {
    try (InputStream in = Fixture.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException(name);
      }
      try (InputStream plain = new GZIPInputStream(in)) {
        return plain.readAllBytes();
      }
    }
  }
}
