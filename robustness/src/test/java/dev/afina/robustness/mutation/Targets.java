package dev.afina.robustness.mutation;

import dev.afina.data.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that the suite mutates. */
final class Targets {
  private static final Mutator BYTES = new ByteMutator();
  private static final Mutator JSON = new JsonMutator();
  private static final Mutator TEXT = new TextMutator();

  /** What a tokenizer.json can name that has ended a process or its memory. */
  private static final List<String> COMPONENTS =
      List.of(
          "{\"type\":\"WordPiece\",\"prefix\":1e999}",
          "{\"type\":\"WordPiece\",\"prefix\":\"##\",\"cleanup\":true}",
          "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AAAA\"}",
          "{\"type\":\"FixedLength\",\"length\":0}",
          "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(a+)+$\"},\"behavior\":\"Isolated\",\"invert\":false}",
          "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(a|aa)+$\"},\"behavior\":\"Removed\",\"invert\":false}",
          "{\"type\":\"Split\",\"pattern\":{\"String\":\"\"},\"behavior\":\"Isolated\",\"invert\":false}",
          "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"(a+)+$\"},\"content\":\"\"}",
          "{\"type\":\"Replace\",\"pattern\":{\"String\":\"\"},\"content\":\"aa\"}",
          "{\"type\":\"Sequence\",\"normalizers\":["
              + "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},"
              + "\"content\":\""
              + "a".repeat(1000)
              + "\"},".repeat(1)
              + "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\""
              + "a".repeat(1000)
              + "\"}]}",
          "{\"type\":\"Prepend\",\"prepend\":\"▁\"}",
          "{\"type\":\"Sequence\",\"pretokenizers\":[]}",
          "{\"type\":\"Sequence\",\"normalizers\":[]}",
          "{\"type\":\"Sequence\",\"decoders\":[]}",
          "{\"type\":\"Sequence\",\"processors\":[]}",
          "{\"type\":\"Lowercase\"}",
          "{\"type\":\"NFC\"}",
          "{\"type\":\"NFKD\"}",
          "{\"type\":\"StripAccents\"}",
          "{\"type\":\"Strip\",\"strip_left\":true,\"strip_right\":true}",
          "{\"type\":\"Strip\",\"content\":\"\",\"start\":99999999999,\"stop\":0}",
          "{\"type\":\"Nmt\"}",
          "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":false}",
          "{\"type\":\"ByteFallback\"}",
          "{\"type\":\"Fuse\"}",
          "{\"type\":\"BPEDecoder\",\"suffix\":\"</w>\"}",
          "{\"type\":\"CTC\",\"pad_token\":\"\",\"word_delimiter_token\":\"\",\"cleanup\":true}",
          "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"always\",\"split\":true}",
          "{\"type\":\"Metaspace\",\"replacement\":\"\",\"prepend_scheme\":\"never\",\"split\":false}",
          "{\"type\":\"Whitespace\"}",
          "{\"type\":\"WhitespaceSplit\"}",
          "{\"type\":\"Punctuation\",\"behavior\":\"Isolated\"}",
          "{\"type\":\"Digits\",\"individual_digits\":true}",
          "{\"type\":\"CharDelimiterSplit\",\"delimiter\":\"\"}",
          "{\"type\":\"CharDelimiterSplit\",\"delimiter\":\"a\"}",
          "{\"type\":\"UnicodeScripts\"}",
          "{\"type\":\"BertPreTokenizer\"}",
          "{\"type\":\"BertNormalizer\",\"clean_text\":false,\"handle_chinese_chars\":false,\"strip_accents\":true,\"lowercase\":false}",
          "{\"type\":\"BertProcessing\",\"sep\":[\"[SEP]\",3],\"cls\":[\"[CLS]\",2]}",
          "{\"type\":\"BertProcessing\",\"sep\":[\"[SEP]\",99999],\"cls\":[\"\",4294967295]}",
          "{\"type\":\"RobertaProcessing\",\"sep\":[\"</s>\",2],\"cls\":[\"<s>\",0],\"trim_offsets\":true,\"add_prefix_space\":false}",
          "{\"type\":\"TemplateProcessing\",\"single\":[],\"pair\":[],\"special_tokens\":{}}",
          "{\"type\":\"TemplateProcessing\",\"single\":[{\"Sequence\":{\"id\":\"A\",\"type_id\":3370}}],"
              + "\"pair\":[{\"Sequence\":{\"id\":\"A\",\"type_id\":0}},{\"Sequence\":{\"id\":\"B\",\"type_id\":1}}],\"special_tokens\":{}}",
          "{\"type\":\"TemplateProcessing\",\"single\":[{\"Sequence\":{\"id\":\"B\",\"type_id\":0}}],"
              + "\"pair\":[{\"Sequence\":{\"id\":\"B\",\"type_id\":0}}],\"special_tokens\":{}}",
          "{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\",\"continuing_subword_prefix\":\"\",\"max_input_chars_per_word\":0,\"vocab\":{\"[UNK]\":1}}",
          "{\"type\":\"WordLevel\",\"unk_token\":\"a\",\"vocab\":{\"a\":0}}",
          "{\"type\":\"Unigram\",\"unk_id\":9,\"vocab\":[[\"a\",-1.0]],\"byte_fallback\":true}",
          "{\"type\":\"BPE\",\"dropout\":0.5,\"unk_token\":null,\"vocab\":{\"a\":0},\"merges\":[\"a b\"]}",
          "{\"direction\":\"Left\",\"max_length\":0,\"strategy\":\"LongestFirst\",\"stride\":99}",
          "{\"strategy\":{\"Fixed\":99999999999},\"direction\":\"Right\",\"pad_to_multiple_of\":0,\"pad_id\":0,\"pad_type_id\":0,\"pad_token\":\"[PAD]\"}",
          "{\"id\":9999999,\"content\":\"far\",\"single_word\":false,\"lstrip\":false,\"rstrip\":false,\"normalized\":true,\"special\":false}",
          "{\"id\":5,\"content\":\"\",\"single_word\":false,\"lstrip\":true,\"rstrip\":true,\"normalized\":false,\"special\":true}");

  /** YAML that grows, refers to itself, or names classes. */
  private static final List<String> YAML =
      List.of(
          "a: &a\n  b: *a",
          "a: *unknown",
          "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c]",
          "a: " + "[".repeat(20_000),
          "a: " + "[".repeat(1_000) + "]".repeat(1_000),
          "a: " + "{a: ".repeat(3_000) + "1" + "}".repeat(3_000),
          "? [a, b]\n: c",
          "{a: b}: c",
          "a: !!java.net.URL [\"http://localhost\"]",
          "a: !!javax.script.ScriptEngineManager []",
          "<<: {a: b}",
          "license: mit\nlicense: apache-2.0",
          "language: no",
          "language: {en: 1}",
          "tags: 3",
          "tags:\n- a\n- {b: c}\n- null\n- 1.5",
          "tags: null",
          "model-index: x",
          "model-index:\n- results: 3",
          "model-index:\n- name: 3\n  results:\n  - task: text\n    metrics: []",
          "configs: 3",
          "configs:\n- config_name: null",
          "configs:\n- config_name: default\n  data_files: \"**\"",
          "configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: ../../../etc/*",
          "configs:\n- config_name: default\n  data_files:\n  - split: null\n    path: [\"[\"]",
          "dataset_info:\n  features:\n  - name: label\n    dtype:\n      class_label:\n        names:\n          '99999999999': x",
          "dataset_info:\n  features:\n  - name: label\n    dtype:\n      class_label:\n        names: [a, a]",
          "dataset_info:\n  features:\n  - name: label\n    dtype:\n      class_label:\n        names: {}",
          "\t- a",
          "--- # another document",
          "...",
          "%YAML 9.9",
          "a: \"\\ud800\"",
          "a: 'unclosed",
          "a: |\n  x\n b: c",
          "date: 2020-99-99",
          "n: 0x" + "f".repeat(400),
          "n: 1e99999",
          "n: .nan");

  private Targets() {}

  static List<Target> all() {
    List<Target> targets = new ArrayList<>();
    for (String architecture : List.of("bert", "roberta", "distilbert")) {
      Map<String, Entry> model = Fixtures.model(architecture);
      targets.add(
          new Folder("config.json of " + architecture, model, Models::classify)
              .mutate("config.json", JSON, JSON, JSON, JSON, BYTES, TEXT)
              // The folder and the key are named, or the tensor that contradicts them.
              .alsoNamed(Target.FOLDER, "model.safetensors")
              .share(6));
      targets.add(
          new Folder("safetensors of " + architecture, model, Models::classify)
              .mutate("model.safetensors", new SafetensorsMutator())
              .share(2));
      targets.add(
          new Folder("tokenizer settings of " + architecture, model, Models::classify)
              .mutate("tokenizer_config.json", JSON, JSON, BYTES)
              .alsoNamed("tokenizer.json")
              .share(1));
    }
    for (String architecture : List.of("bert", "roberta")) {
      targets.add(
          new Folder(
                  "tokenizer.json of " + architecture,
                  Fixtures.folder(
                      "golden/models/" + architecture + "/model",
                      "tokenizer.json",
                      "tokenizer_config.json"),
                  Tokenizers::encode)
              .mutate("tokenizer.json", JSON, JSON, new JsonMutator(COMPONENTS))
              .mutate("tokenizer.json", new JsonMutator(COMPONENTS), BYTES, TEXT)
              .share(41));
    }
    targets.add(killedSave("leftovers of a save beside a model", true));
    targets.add(killedSave("leftovers of a save in place of a model", false));
    targets.addAll(vocabularies());
    targets.addAll(otherWeights());
    targets.addAll(data());
    targets.addAll(hub());
    return targets;
  }

  /** A save that was killed before, or between, the two renames that put its folder in place. */
  private static Target killedSave(String name, boolean modelThere) {
    String id = "01234567-89ab-cdef-0123-456789abcdef";
    Map<String, Entry> files = new TreeMap<>();
    files.put(".model.lock-" + id, new Entry.Content(new byte[0]));
    Fixtures.model("bert")
        .forEach(
            (file, entry) -> {
              files.put(".model." + (modelThere ? "tmp-" : "old-") + id + "/" + file, entry);
              if (modelThere) {
                files.put("model/" + file, entry);
              } else {
                files.put(".model.new-" + id + "/" + file, entry);
              }
            });
    Folder folder = new Folder(name, files, Models::recover);
    files.keySet().stream()
        .filter(path -> path.endsWith("config.json"))
        .forEach(path -> folder.mutate(path, JSON));
    return folder.alsoNamed(Target.FOLDER, "tokenizer.json").rearrange().share(1);
  }

  private static List<Target> vocabularies() {
    Map<String, Entry> wordPiece =
        new TreeMap<>(
            Fixtures.folder("golden/models/bert/legacy", "vocab.txt", "tokenizer_config.json"));
    wordPiece.put("added_tokens.json", Entry.Content.of("{\"<new>\": 300, \"<newer>\": 301}"));
    return List.of(
        new Folder("vocab.txt", wordPiece, Tokenizers::encode)
            .mutate("vocab.txt", TEXT, TEXT, BYTES)
            .mutate("added_tokens.json", JSON)
            // A vocabulary of another size contradicts the ids of the added tokens.
            .alsoNamed("vocab.txt", "added_tokens.json")
            .rearrange()
            .share(4),
        new Folder("vocab.json and merges.txt", Fixtures.byteLevelVocabulary(), Tokenizers::encode)
            .mutate("vocab.json", JSON, BYTES)
            .mutate("merges.txt", TEXT, BYTES)
            .mutate("special_tokens_map.json", JSON)
            .mutate("tokenizer_config.json", JSON)
            .alsoNamed("vocab.json", "merges.txt")
            .rearrange()
            .share(5),
        new Folder("tokenizer.json of xlm-roberta", Fixtures.unigram(), Tokenizers::encode)
            .mutate("tokenizer.json", JSON, JSON, new JsonMutator(COMPONENTS), BYTES, TEXT)
            .share(5),
        new Folder("spiece.model", Fixtures.sentencePieceModel(), Tokenizers::encode)
            .mutate("spiece.model", new ProtobufMutator(), new ProtobufMutator(), BYTES)
            .mutate("tokenizer_config.json", JSON)
            .alsoNamed("spiece.model")
            .rearrange()
            .share(3));
  }

  private static List<Target> otherWeights() {
    return List.of(
        new Folder(
                "safetensors in shards",
                Fixtures.folder(
                    "golden/checkpoint/sharded",
                    "config.json",
                    "model.safetensors.index.json",
                    "model-00001-of-00002.safetensors",
                    "model-00002-of-00002.safetensors"),
                Models::encoder)
            .mutate("model.safetensors.index.json", JSON, JSON, BYTES)
            .mutate("model-00001-of-00002.safetensors", new SafetensorsMutator())
            .mutate("model-00002-of-00002.safetensors", new SafetensorsMutator())
            .alsoNamed("model.safetensors.index.json", "-00002.safetensors", Target.FOLDER)
            .rearrange()
            .share(4),
        new Folder("pytorch_model.bin", Fixtures.binModel(), Models::classify)
            .mutate("pytorch_model.bin", new PytorchBinMutator())
            .rearrange()
            .alsoNamed(Target.FOLDER)
            .share(6),
        new Folder("pytorch_model.bin in shards", Fixtures.shardedBinModel(), Models::classify)
            .mutate("pytorch_model.bin.index.json", JSON, BYTES)
            .mutate("pytorch_model-00001-of-00002.bin", new PytorchBinMutator())
            .mutate("pytorch_model-00002-of-00002.bin", new PytorchBinMutator())
            .alsoNamed("pytorch_model.bin.index.json", "-00002.bin", Target.FOLDER)
            .share(3),
        new Folder("afina_config.json", Fixtures.deciding(), Models::classify)
            .mutate("afina_config.json", JSON, JSON, JSON, BYTES, TEXT)
            .rearrange()
            .alsoNamed(Target.FOLDER)
            .share(4),
        new Folder("afina_model.safetensors", Fixtures.plainHead(), Models::classify)
            .mutate("afina_model.safetensors", new SafetensorsMutator(), new SafetensorsMutator())
            .mutate("afina_config.json", JSON, JSON, TEXT)
            .rearrange()
            .alsoNamed(Target.FOLDER)
            .share(4),
        new Folder("an adapter", Fixtures.adapter(), Models::adapted)
            .mutate("adapter/adapter_config.json", JSON, JSON, BYTES, TEXT)
            .mutate("adapter/adapter_model.safetensors", new SafetensorsMutator())
            .alsoNamed("adapter_config.json", "adapter_model.safetensors", Target.FOLDER)
            .share(5),
        new Folder("ONNX", Fixtures.folder("golden/checkpoint/onnx", "model.onnx"), Models::encoder)
            .mutate("model.onnx", new ProtobufMutator(), new ProtobufMutator(), BYTES)
            .share(5));
  }

  private static List<Target> data() {
    byte[] csv = Fixtures.bytes("data/emotion.csv");
    byte[] lines = Fixtures.bytes("data/tickets.jsonl");
    List<Target> targets = new ArrayList<>();
    targets.add(
        new Folder(
                "CSV",
                Map.of("data.csv", new Entry.Content(csv)),
                (folder, scratch) -> Rows.csv(folder.resolve("data.csv")))
            .mutate("data.csv", TEXT, TEXT, BYTES)
            .share(5));
    targets.add(
        new Folder(
                "CSV in gzip",
                Map.of("data.csv.gz", new Entry.Content(GzipMutator.pack(csv))),
                (folder, scratch) -> Rows.csv(folder.resolve("data.csv.gz")))
            .mutate("data.csv.gz", new GzipMutator(TEXT), new GzipMutator(BYTES))
            .share(2));
    targets.add(
        new Folder(
                "JSON Lines",
                Map.of("data.jsonl", new Entry.Content(lines)),
                (folder, scratch) -> Rows.jsonLines(folder.resolve("data.jsonl")))
            .mutate("data.jsonl", new JsonLinesMutator(), new JsonLinesMutator(), TEXT, BYTES)
            .share(4));
    targets.add(
        new Folder(
                "JSON Lines in gzip",
                Map.of("data.jsonl.gz", new Entry.Content(GzipMutator.pack(lines))),
                (folder, scratch) -> Rows.jsonLines(folder.resolve("data.jsonl.gz")))
            .mutate("data.jsonl.gz", new GzipMutator(new JsonLinesMutator()))
            .share(1));
    for (String kind : List.of("plain", "snappy", "gzip", "zstd", "lz4", "v2", "none")) {
      String file = kind + ".parquet";
      targets.add(
          new Folder(
                  "Parquet " + kind,
                  Fixtures.folder("golden/files", file),
                  (folder, scratch) -> Rows.parquet(folder.resolve(file), Columns.standard()))
              .mutate(file, new ParquetMutator())
              .share(1));
    }
    for (String kind : List.of("three-levels", "two-levels", "one-level", "pages-v2")) {
      String file = kind + ".parquet";
      targets.add(
          new Folder(
                  "Parquet lists " + kind,
                  Fixtures.folder("targets", file),
                  (folder, scratch) ->
                      Rows.parquet(folder.resolve(file), Columns.standard().label("labels")))
              .mutate(file, new ParquetMutator())
              .share(1));
    }
    Map<String, Entry> repository = new TreeMap<>();
    repository.put(
        "README.md", new Entry.Content(Fixtures.bytes("golden/datasets/ag_news/README.md")));
    repository.put(
        "data/test-00000-of-00001.parquet",
        new Entry.Content(
            Fixtures.bytes("golden/datasets/ag_news/data/test-00000-of-00001.parquet")));
    targets.add(
        new Folder("card of a data set", repository, (folder, scratch) -> Rows.splits(folder))
            .mutate("README.md", new TextMutator(YAML), new TextMutator(YAML), BYTES)
            .alsoNamed(Target.FOLDER)
            .rearrange()
            .share(3));
    return targets;
  }

  private static List<Target> hub() {
    List<Target> targets = new ArrayList<>();
    for (boolean online : new boolean[] {false, true}) {
      Folder cache =
          new Folder(
              online ? "cache with the Hub" : "cache without the Hub",
              HubCache.files(),
              online ? HubCache::online : HubCache::offline);
      for (String path : cache.files().keySet()) {
        if (path.contains("/refs/") || path.contains("/trees/")) {
          cache.mutate(path, JSON_OR_TEXT, BYTES);
        } else if (path.contains("/blobs/")) {
          cache.mutate(path, BYTES);
        }
      }
      targets.add(
          cache
              .alsoNamed(HubCache.NAME, "models--tester--tiny", "/snapshots/")
              // Of files that are downloaded at the same time, any may be the first that is wrong.
              .alsoNamed("config.json", "model.safetensors", ".gitattributes", "README.md")
              .alsoNamed("tokenizer.json", "tokenizer_config.json")
              .rearrange()
              .share(online ? 1 : 3));
    }
    targets.add(
        new Folder("afina.lock", HubCache.lockedFolder(), HubCache::locked)
            .mutate("afina.lock", JSON, JSON, BYTES, TEXT)
            // What is missing from a lock is missing from the model.
            .alsoNamed("by the lock file", "tokenizer.json", Target.FOLDER)
            .rearrange()
            .share(4));
    targets.add(
        new Folder(
                "card of a model",
                Map.of(
                    "README.md",
                    Entry.Content.of(
                        "---\nlicense: mit\n# a comment\ntags:\n- mine\nlanguage:\n- en\n"
                            + "model-index:\n- name: tiny\n  results:\n  - task:\n"
                            + "      type: text-classification\n    metrics:\n"
                            + "    - type: accuracy\n      value: 0.5\n---\n# Tiny\n\n"
                            + Cards.BY_A_PERSON
                            + "\n\n## Limits\n\nMany.\n")),
                Cards::merge)
            .mutate("README.md", new TextMutator(YAML), new TextMutator(YAML), BYTES)
            .share(3));
    return targets;
  }

  /** A listing is JSON, a ref is a line. */
  private static final Mutator JSON_OR_TEXT =
      (file, random) -> (file.length > 0 && file[0] == '{' ? JSON : TEXT).mutate(file, random);
}
