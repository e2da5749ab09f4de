package dev.afina.robustness.mutation;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** The good files: the golden ones of other modules, and what is derived from them. */
final class Fixtures {
  private Fixtures() {}

  /** Files of a folder of the test resources, under their own names. */
  static Map<String, Entry> folder(String folder, String... names) {
    Map<String, Entry> files = new TreeMap<>();
    for (String name : names) {
      files.put(name, new Entry.Content(bytes(folder + "/" + name)));
    }
    return files;
  }

  /** A model as it is saved: bert, roberta or distilbert. */
  static Map<String, Entry> model(String architecture) {
    return folder(
        "golden/models/" + architecture + "/model",
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json");
  }

  /** The BERT of {@link #model} with rules for decisions. */
  static Map<String, Entry> deciding() {
    Map<String, Entry> files = model("bert");
    files.put(
        "afina_config.json",
        Entry.Content.of(
            """
            {
              "format": 1,
              "labels": ["anger", "joy", "sadness"],
              "decisions": {
                "temperature": 1.5,
                "thresholds": {"anger": 0.4, "joy": 0.35},
                "confidence": 0.34,
                "validation": {
                  "rows": 20, "coverage": 0.75, "error": 0.2,
                  "calibration_error": 0.1, "calibration_error_before": 0.2,
                  "loss": 0.9, "loss_before": 1.1,
                  "score_edges": [0.4, 0.5], "score_shares": [0.25, 0.5, 0.25],
                  "label_shares": [0.5, 0.25, 0.25]
                }
              }
            }
            """));
    return files;
  }

  /** The weights of {@link #model} under a linear layer on the first token, which is ours. */
  static Map<String, Entry> plainHead() {
    Map<String, Entry> files = model("bert");
    Entry weights = files.remove("model.safetensors");
    files.put("afina_model.safetensors", weights);
    files.put(
        "afina_config.json",
        Entry.Content.of(
            """
            {
              "format": 1,
              "labels": ["anger", "joy", "sadness"],
              "head": {"form": "plain", "pooling": "first_token", "dropout": 0.1}
            }
            """));
    return files;
  }

  /** An adapter that PEFT wrote, in {@code adapter}, and what it is for, in {@code base}. */
  static Map<String, Entry> adapter() {
    Map<String, Entry> files = new TreeMap<>();
    folder(
            "golden/models/bert/odd/model",
            "config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json")
        .forEach((name, file) -> files.put("base/" + name, file));
    JsonObject config =
        JsonParser.parseString(text("golden/lora/bert/adapter/adapter_config.json"))
            .getAsJsonObject();
    config.addProperty("base_model_name_or_path", "../base");
    files.put("adapter/adapter_config.json", Entry.Content.of(config.toString()));
    files.put(
        "adapter/adapter_model.safetensors",
        new Entry.Content(bytes("golden/lora/bert/adapter/adapter_model.safetensors")));
    return files;
  }

  /** The BERT of {@link #model}, with its weights as torch.save writes them. */
  static Map<String, Entry> binModel() {
    Map<String, Entry> files = model("bert");
    files.remove("model.safetensors");
    files.put("pytorch_model.bin", new Entry.Content(bytes("golden/bin/bert.bin")));
    return files;
  }

  /** The same in two files and an index. */
  static Map<String, Entry> shardedBinModel() {
    Map<String, Entry> files = binModel();
    files.remove("pytorch_model.bin");
    files.putAll(
        folder(
            "golden/bin/sharded",
            "pytorch_model.bin.index.json",
            "pytorch_model-00001-of-00002.bin",
            "pytorch_model-00002-of-00002.bin"));
    return files;
  }

  /**
   * RoBERTa's tokenizer as older files have it: vocab.json and merges.txt, beside them the special
   * tokens in files of their own.
   */
  static Map<String, Entry> byteLevelVocabulary() {
    JsonObject model =
        JsonParser.parseString(text("golden/models/roberta/model/tokenizer.json"))
            .getAsJsonObject()
            .getAsJsonObject("model");
    StringBuilder merges = new StringBuilder("#version: 0.2\n");
    for (JsonElement merge : model.getAsJsonArray("merges")) {
      JsonArray pair = merge.getAsJsonArray();
      merges.append(pair.get(0).getAsString()).append(' ').append(pair.get(1).getAsString());
      merges.append('\n');
    }
    Map<String, Entry> files = new TreeMap<>();
    files.put("vocab.json", Entry.Content.of(model.getAsJsonObject("vocab").toString()));
    files.put("merges.txt", Entry.Content.of(merges.toString()));
    files.put(
        "special_tokens_map.json",
        Entry.Content.of(
            """
            {
              "bos_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "cls_token": "<s>",
              "unk_token": "<unk>", "pad_token": "<pad>",
              "mask_token": {"content": "<mask>", "lstrip": true, "normalized": false}
            }
            """));
    files.put("config.json", Entry.Content.of("{\"model_type\": \"roberta\"}"));
    files.put(
        "tokenizer_config.json",
        Entry.Content.of(
            "{\"tokenizer_class\": \"RobertaTokenizer\", \"model_max_length\": 64,"
                + " \"add_prefix_space\": false}"));
    return files;
  }

  /** A tokenizer.json of SentencePiece's kind, with its character map. */
  static Map<String, Entry> unigram() {
    String charsmap = new String(unpacked("charsmap/nmt_nfkc.gz"), StandardCharsets.UTF_8);
    String json =
        new String(unpacked("families/xlm-roberta/tokenizer.json.gz"), StandardCharsets.UTF_8);
    Map<String, Entry> files = folder("families/xlm-roberta", "config.json");
    files.put(
        "tokenizer.json",
        Entry.Content.of(json.replace("_charsmap\":\"\"", "_charsmap\":\"" + charsmap + "\"")));
    return files;
  }

  /**
   * A SentencePiece model with its character map, which is appended: protobuf merges a message that
   * comes twice.
   */
  static Map<String, Entry> sentencePieceModel() {
    byte[] charsmap = Base64.getDecoder().decode(unpacked("charsmap/nmt_nfkc.gz"));
    ByteArrayOutputStream spec = new ByteArrayOutputStream();
    ProtobufMutator.writeBytes(spec, 2, charsmap);
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    model.writeBytes(unpacked("families/albert/spiece.model.gz"));
    ProtobufMutator.writeBytes(model, 3, spec.toByteArray());
    Map<String, Entry> files = folder("families/albert", "config.json");
    files.put("spiece.model", new Entry.Content(model.toByteArray()));
    files.put(
        "tokenizer_config.json",
        Entry.Content.of("{\"do_lower_case\": true, \"keep_accents\": false}"));
    return files;
  }

  private static byte[] unpacked(String resource) {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes(resource)))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(String resource) {
    try (InputStream in =
        Objects.requireNonNull(
            Fixtures.class.getClassLoader().getResourceAsStream(resource), resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(String resource) {
    return new String(bytes(resource), StandardCharsets.UTF_8);
  }

  /** The bytes of a file among entries. */
  static byte[] content(Map<String, Entry> files, String path) {
    return ((Entry.Content) Objects.requireNonNull(files.get(path), path)).bytes();
  }
}
