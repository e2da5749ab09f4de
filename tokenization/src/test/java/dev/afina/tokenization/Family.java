package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One of the tiny tokenizers under families/, which interop/golden_tokenizer_families.py wrote. */
enum Family {
  XLM_ROBERTA("xlm-roberta", "sentencepiece.bpe.model"),
  CAMEMBERT("camembert", "sentencepiece.bpe.model"),
  ALBERT("albert", "spiece.model"),
  ALBERT_CASED("albert-cased", "spiece.model"),
  DEBERTA_V2("deberta-v2", "spm.model"),
  DEBERTA_V2_PUNCTUATION("deberta-v2-punctuation", "spm.model"),
  ELECTRA("electra", "vocab.txt"),
  MPNET("mpnet", "vocab.txt"),
  DEBERTA("deberta", "vocab.json merges.txt"),
  MODERNBERT("modernbert", "");

  private final String folder;
  private final String vocabulary; // its files, with blanks between them

  Family(String folder, String vocabulary) {
    this.folder = folder;
    this.vocabulary = vocabulary;
  }

  /** Its name in golden files. */
  String folder() {
    return folder;
  }

  /** The vocabulary as its publisher has it, and the files beside it. */
  Map<String, byte[]> published() throws IOException {
    Map<String, byte[]> files = settings();
    String owner = folder.replaceFirst("-(cased|punctuation)$", "");
    for (String file : vocabulary.isEmpty() ? new String[0] : vocabulary.split(" ", -1)) {
      byte[] content = Fixture.bytes("families/" + owner + "/" + file + ".gz");
      files.put(file, file.endsWith(".model") ? withCharsmap(content) : content);
    }
    if (vocabulary.isEmpty()) {
      files.put("tokenizer.json", tokenizerJson().toString().getBytes(StandardCharsets.UTF_8));
    }
    return files;
  }

  /** config.json and tokenizer_config.json. */
  Map<String, byte[]> settings() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String name : List.of("config.json", "tokenizer_config.json")) {
      try (InputStream in = Family.class.getResourceAsStream("families/" + folder + "/" + name)) {
        if (in != null) {
          files.put(name, in.readAllBytes());
        }
      }
    }
    return files;
  }

  /** What transformers saves of it. */
  JsonObject tokenizerJson() throws IOException {
    String text = Fixture.resource("families/" + folder + "/tokenizer.json.gz");
    String empty = "\"precompiled_charsmap\":\"\"";
    return JsonParser.parseString(
            text.replace(empty, empty.substring(0, empty.length() - 1) + charsmap() + "\""))
        .getAsJsonObject();
  }

  JsonObject golden() throws IOException {
    return JsonParser.parseString(Fixture.resource("families/" + folder + "/golden.json.gz"))
        .getAsJsonObject();
  }

  /** The texts that its golden file tells of. */
  static List<String> lines(JsonObject golden) throws IOException {
    List<String> all = Fixture.lines();
    List<String> lines = new ArrayList<>();
    JsonArray numbers = golden.getAsJsonArray("lines");
    for (int number : Fixture.ints(numbers)) {
      lines.add(all.get(number));
    }
    return lines;
  }

  static String charsmap() throws IOException {
    return Fixture.resource("charsmap/nmt_nfkc.gz");
  }

  /** Appends normalizer_spec (field 3) with precompiled_charsmap (field 2): messages merge. */
  private static byte[] withCharsmap(byte[] model) throws IOException {
    byte[] charsmap = Base64.getDecoder().decode(charsmap());
    ByteArrayOutputStream spec = new ByteArrayOutputStream();
    writeBytes(spec, 2, charsmap);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(model);
    writeBytes(out, 3, spec.toByteArray());
    return out.toByteArray();
  }

  /** A length-delimited field of protobuf. */
  static void writeBytes(ByteArrayOutputStream out, int field, byte[] bytes) {
    out.write((field << 3) | 2);
    int rest = bytes.length;
    while (rest > 0x7F) {
      out.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
    out.writeBytes(bytes);
  }
}
