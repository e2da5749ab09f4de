package dev.afina.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the rows work with: data, models that are made when first needed, the two sides' processes,
 * and a folder for all files, which is deleted at the end.
 */
final class Lab implements AutoCloseable {
  static final int MAX_TOKENS = 60;
  static final int SEED = 42;
  private static final int LONG_TOKENS = 256;

  private final Scale scale;
  private final PrintStream log;
  private final Path work;
  private final Python python;
  private final BenchData data;
  private final Map<String, Path> models = new HashMap<>();
  private final Map<String, JsonArray> exported = new HashMap<>();

  /** A lab with a new folder. */
  Lab(SuiteOptions options, PrintStream log) throws IOException {
    this.scale = options.scale();
    this.log = log;
    this.work = Files.createTempDirectory("afina-benchmarks-");
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    this.python = Python.find(options.python(), Files.createDirectory(work.resolve("peers")), log);
    this.data = new BenchData(options.data(), work);
  }

  Scale scale() {
    return scale;
  }

  BenchData data() {
    return data;
  }

  Python python() {
    return python;
  }

  /** A file of this name in the lab's folder. */
  Path file(String name) {
    return work.resolve(name);
  }

  /** Says what is going on. */
  void log(String format, Object... arguments) {
    log.println(String.format(Locale.ROOT, format, arguments));
  }

  /** Starts a process of ours. */
  Child ours(String... javaOptions) throws IOException {
    List<String> options = new ArrayList<>(List.of(javaOptions));
    return Child.start("Afina", java(Ours.class, options), Map.of());
  }

  /** Starts ONNX Runtime's process. */
  Child onnx() throws IOException {
    return Child.start("ONNX Runtime", java(OnnxPeer.class, List.of()), Map.of());
  }

  /** The command line of a program of this class path, with the JVM's default options. */
  static List<String> java(Class<?> main, List<String> javaOptions) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    return command;
  }

  /** MiniLM with a new head for these labels, from which both sides start. */
  Path start(Texts texts, int maxTokens) throws IOException {
    return made(
        "start-" + texts.labels().size() + "-" + maxTokens,
        folder -> fit(Json.object("do", "start"), texts, maxTokens, folder));
  }

  /** MiniLM after an epoch of the emotion texts. */
  Path fineTuned() throws IOException {
    return made(
        "emotion",
        folder -> {
          Texts texts = data.take(BenchData.Source.EMOTION, scale.fineTuneTexts());
          JsonObject request =
              Json.object("do", "fine-tune", "learningRate", 1e-4, "epochs", 1, "batchSize", 16);
          fit(request, texts, MAX_TOKENS, folder);
        });
  }

  /** A model of the size of BERT-base with random weights and MiniLM's vocabulary. */
  Path base(Texts texts) throws IOException {
    return random(texts, scale.quick() ? ModelSize.TINY : ModelSize.BASE);
  }

  /** A BERT of any size with random weights and MiniLM's vocabulary. */
  Path random(Texts texts, ModelSize size) throws IOException {
    return random(texts, size, "bert");
  }

  /** A model of a family as large as MiniLM, with random weights and MiniLM's vocabulary. */
  Path family(Texts texts, String family) throws IOException {
    return random(texts, scale.quick() ? ModelSize.TINY : ModelSize.MINILM, family);
  }

  /** Python writes it: transformers says how weights are drawn. */
  private Path random(Texts texts, ModelSize size, String family) throws IOException {
    Path tokenizer = start(texts, LONG_TOKENS);
    return made(
        "%s-%d-%d-%d".formatted(family, size.layers(), size.hidden(), texts.labels().size()),
        folder ->
            askPython(
                Json.object(
                    "do",
                    "model",
                    "family",
                    family,
                    "tokenizer",
                    tokenizer,
                    "folder",
                    folder,
                    "layers",
                    size.layers(),
                    "hidden",
                    size.hidden(),
                    "heads",
                    size.heads(),
                    "labels",
                    texts.labels(),
                    "seed",
                    SEED)));
  }

  /** A file with a text of each label, where a model is made and nothing is learned. */
  Path fewTexts(List<String> labels) throws IOException {
    Path file = file("few.jsonl");
    Files.write(
        file, labels.stream().map(l -> Json.object("text", l, "label", l).toString()).toList());
    return file;
  }

  /**
   * A model as ONNX files, of which one may be faster than the others.
   *
   * @param precision "float32" or "int8"
   */
  JsonArray exported(Path model, String precision) throws IOException {
    String name = model.getFileName() + "-" + precision;
    JsonArray graphs = exported.get(name);
    if (graphs == null) {
      log("exporting %s to ONNX", name);
      Path folder = Files.createDirectories(file("onnx-" + name));
      graphs =
          askPython(
                  Json.object(
                      "do", "export", "model", model, "folder", folder, "precision", precision))
              .getAsJsonArray("graphs");
      exported.put(name, graphs);
    }
    return graphs;
  }

  /** Asks a new process in Python once. */
  JsonObject askPython(JsonObject request) throws IOException {
    try (Child peer = python.start()) {
      return peer.ask(request);
    }
  }

  /** Deletes the folder. */
  @Override
  public void close() {
    if (!Files.exists(work)) {
      return;
    }
    try (Stream<Path> files = Files.walk(work)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      log("%s: not deleted, %s", work, e);
    }
  }

  /** Makes a model once. */
  private Path made(String name, Making making) throws IOException {
    Path folder = models.get(name);
    if (folder == null) {
      log("making the model %s", name);
      folder = file("model-" + name);
      making.into(folder);
      models.put(name, folder);
    }
    return folder;
  }

  private void fit(JsonObject request, Texts texts, int maxTokens, Path folder) throws IOException {
    JsonObject fit = request.deepCopy();
    fit.addProperty("data", texts.file().toString());
    fit.add("labels", Json.array(texts.labels()));
    fit.addProperty("maxTokens", maxTokens);
    fit.addProperty("folder", folder.toString());
    try (Child ours = ours()) {
      ours.ask(fit);
    }
  }

  /** Writes a model. */
  private interface Making {
    void into(Path folder) throws IOException;
  }
}
