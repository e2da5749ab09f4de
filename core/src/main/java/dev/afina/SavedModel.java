package dev.afina;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.internal.checkpoint.AdapterConfig;
import dev.afina.internal.checkpoint.AdapterSource;
import dev.afina.internal.checkpoint.AtomicFolder;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorData;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.layers.ParameterSpec;
import dev.afina.internal.model.lora.Adapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a folder says of labels and lengths, and how a classifier becomes one. */
final class SavedModel {
  private static final Logger log = LoggerFactory.getLogger(SavedModel.class);
  private static final int MAX_UNNAMED_LABELS = 100_000;

  /** The file with the weights of a whole model. */
  private static final String WEIGHTS = "model.safetensors";

  /** All names that {@link #weightsFile} gives. */
  static final List<String> WEIGHTS_FILES = List.of(WEIGHTS, CheckpointFiles.OWN_WEIGHTS);

  private static final String TOKENIZER_CONFIG = "tokenizer_config.json";

  private SavedModel() {}

  /**
   * The labels of a model that is to be loaded for a type of problem. Refuses one whose outputs
   * mean something else: the numbers would look right and not be.
   */
  static Labels labelsFor(ProblemType wanted, JsonObject config, String where)
      throws CheckpointException {
    Labels labels = labels(config, where);
    JsonElement told = config.get("problem_type");
    if (told == null || told.isJsonNull()) {
      if (wanted == ProblemType.SINGLE_LABEL && labels.size() < 2) {
        throw new CheckpointException(
            where
                + ": one label only, as regression models have; Regressor.load opens those, a"
                + " Classifier has 2 labels or more");
      }
      warnOfNoType(wanted, labels, where);
      return labels;
    }
    ProblemType type = problemType(told, where);
    if (type != wanted) {
      throw new CheckpointException(
          where + ": problem_type is " + type.key() + ": open it with " + opener(type));
    }
    if (wanted == ProblemType.SINGLE_LABEL && labels.size() < 2) {
      throw new CheckpointException(
          where + ": one label only, expected 2 or more for " + wanted.key());
    }
    return labels;
  }

  /** What the outputs mean where nobody says otherwise. */
  static ProblemType problemType(JsonObject config, String where) throws CheckpointException {
    JsonElement told = config.get("problem_type");
    if (told != null && !told.isJsonNull()) {
      return problemType(told, where);
    }
    // As transformers takes it in training.
    return labels(config, where).size() == 1 ? ProblemType.REGRESSION : ProblemType.SINGLE_LABEL;
  }

  private static ProblemType problemType(JsonElement told, String where)
      throws CheckpointException {
    for (ProblemType type : ProblemType.values()) {
      if (told.equals(new JsonPrimitive(type.key()))) {
        return type;
      }
    }
    throw new CheckpointException(
        where
            + ": problem_type "
            + Excerpt.of(told)
            + " is not supported; supported are "
            + Arrays.stream(ProblemType.values())
                .map(ProblemType::key)
                .collect(Collectors.joining(", ")));
  }

  private static void warnOfNoType(ProblemType wanted, Labels labels, String where) {
    boolean usual =
        wanted == ProblemType.SINGLE_LABEL
            || (wanted == ProblemType.REGRESSION && labels.size() == 1);
    if (!usual) {
      log.warn(
          "{}: says nothing of problem_type; its {} outputs are taken for those of {}",
          where,
          labels.size(),
          wanted.key());
    }
  }

  private static String opener(ProblemType type) {
    return switch (type) {
      case SINGLE_LABEL -> "Classifier.load";
      case MULTI_LABEL -> "MultiLabelClassifier.load";
      case REGRESSION -> "Regressor.load";
    };
  }

  /**
   * The names of the labels. Where config.json has none there are two, LABEL_0 and LABEL_1, as
   * transformers has it.
   */
  static Labels labels(JsonObject config, String where) throws CheckpointException {
    return namedLabels(config, where).orElseGet(() -> Labels.of("LABEL_0", "LABEL_1"));
  }

  /** The names of the labels if somebody gave them names. */
  static Optional<Labels> customLabels(JsonObject config, String where) throws CheckpointException {
    return namedLabels(config, where)
        .filter(l -> l.names().stream().anyMatch(name -> !name.matches("LABEL_\\d+")));
  }

  private static Optional<Labels> namedLabels(JsonObject config, String where)
      throws CheckpointException {
    // Files of other tools than transformers may have the number alone.
    ConfigJson numbers = new ConfigJson(config, where);
    int count = numbers.has("num_labels") ? numbers.count("num_labels") : 0;
    JsonElement id2label = config.get("id2label");
    if (id2label == null || id2label.isJsonNull()) {
      if (count > MAX_UNNAMED_LABELS) {
        throw new CheckpointException(
            where + ": num_labels: expected at most " + MAX_UNNAMED_LABELS + ", got " + count);
      }
      return count == 0
          ? Optional.empty()
          : Optional.of(Labels.of(IntStream.range(0, count).mapToObj(i -> "LABEL_" + i).toList()));
    }
    if (!id2label.isJsonObject()) {
      throw new CheckpointException(
          where + ": id2label: expected an object of names by number, got " + Excerpt.of(id2label));
    }
    JsonObject names = id2label.getAsJsonObject();
    if (count != 0 && count != names.size()) {
      throw new CheckpointException(
          where
              + (": num_labels " + count + " and id2label, which names " + names.size())
              + ", contradict each other; correct the one that is wrong");
    }
    List<String> ordered = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      JsonElement name = names.get(Integer.toString(i));
      if (!(name instanceof JsonPrimitive)) {
        throw new CheckpointException(
            where
                + (": id2label has " + names.size() + " entries but no name for \"" + i + "\"")
                + "; expected one for each number from 0 to "
                + (names.size() - 1));
      }
      ordered.add(name.getAsString());
    }
    try {
      return Optional.of(Labels.ofCheckpoint(ordered));
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(where + ": id2label: " + e.getMessage(), e);
    }
  }

  /**
   * Says so when label2id gives a name another number than id2label. As transformers does, a
   * prediction has the name that id2label gives its number; which of the two the training went by,
   * the file does not tell.
   */
  static void warnOfContradiction(JsonObject config, Labels labels, String where) {
    if (!(config.get("label2id") instanceof JsonObject numbers)) {
      return;
    }
    for (int i = 0; i < labels.size(); i++) {
      JsonElement number = numbers.get(labels.name(i));
      if (number instanceof JsonPrimitive && !number.getAsString().equals(Integer.toString(i))) {
        log.warn(
            "{}: label2id says {} for the label \"{}\", id2label says {}; id2label counts",
            where,
            Excerpt.of(number),
            Excerpt.of(labels.name(i)),
            i);
        return;
      }
    }
  }

  /**
   * Writes everything that Python and {@link Classifier#load} need, or nothing.
   *
   * @throws IllegalStateException when a weight is not finite
   */
  static void write(Path target, Model model, Task<?, ?> task, TextEncoder encoder)
      throws IOException {
    model.requireFinite();
    AtomicFolder.write(target, folder -> writeFiles(folder, model, task, encoder));
  }

  /**
   * The file with the weights of a whole model: not the usual one where Python must not open it.
   */
  static String weightsFile(Model model) {
    return model.architecture().plainHead().isPresent() ? CheckpointFiles.OWN_WEIGHTS : WEIGHTS;
  }

  /** Writes the files into a folder that is there. */
  static void writeFiles(Path folder, Model model, Task<?, ?> task, TextEncoder encoder)
      throws IOException {
    Safetensors.write(folder.resolve(weightsFile(model)), model.tensors(), Safetensors.PYTORCH);
    writeOthers(folder, model, Optional.empty(), task, encoder);
  }

  /**
   * Writes what PEFT opens on the base, and {@code load}: all that was trained, and not the base.
   *
   * @throws IllegalStateException when a weight is not finite
   */
  static void writeAdapter(
      Path target, Model model, Adapter adapter, Task<?, ?> task, TextEncoder encoder)
      throws IOException {
    model.requireFinite();
    AtomicFolder.write(target, folder -> writeAdapterFiles(folder, model, adapter, task, encoder));
  }

  /** Writes the adapter's files into a folder that is there. */
  static void writeAdapterFiles(
      Path folder, Model model, Adapter adapter, Task<?, ?> task, TextEncoder encoder)
      throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>(adapter.tensors());
    model
        .tensors(ParameterSpec::isHead)
        .forEach((key, tensor) -> tensors.put(AdapterSource.PREFIX + key, tensor));
    Safetensors.write(folder.resolve(AdapterSource.WEIGHTS), tensors, Safetensors.PYTORCH);
    Files.writeString(folder.resolve(AdapterConfig.FILE), PrettyJson.of(adapter.config().json()));
    writeOthers(folder, model, Optional.of(adapter), task, encoder);
  }

  /** The configuration and the tokenizer. */
  private static void writeOthers(
      Path folder, Model model, Optional<Adapter> adapter, Task<?, ?> task, TextEncoder encoder)
      throws IOException {
    Files.writeString(folder.resolve("config.json"), PrettyJson.of(config(model, task)));
    Map<String, String> files = new TreeMap<>(encoder.tokenizer().files());
    files.computeIfPresent(
        TOKENIZER_CONFIG, (name, json) -> withMaxLength(json, encoder.maxTokens()));
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    Optional<String> own = AfinaConfig.text(task.labels(), sections(model, adapter, task, encoder));
    if (own.isPresent()) {
      Files.writeString(folder.resolve(CheckpointFiles.OWN_CONFIG), own.get());
    }
  }

  private static Map<String, JsonObject> sections(
      Model model, Optional<Adapter> adapter, Task<?, ?> task, TextEncoder encoder) {
    Map<String, JsonObject> sections = new TreeMap<>(task.sections());
    JsonObject rules = sections.get(AfinaConfig.DECISIONS);
    if (rules != null) {
      RuleWeights.note(rules, model, adapter);
    }
    model
        .architecture()
        .plainHead()
        .ifPresent(head -> sections.put(AfinaConfig.HEAD, HeadJson.of(head)));
    encoder.longTexts().json().ifPresent(json -> sections.put(AfinaConfig.LONG_TEXTS, json));
    return sections;
  }

  /** The checkpoint's own configuration with what training decided. */
  private static JsonObject config(Model model, Task<?, ?> task) {
    Labels labels = task.labels();
    JsonObject config = model.config();
    // Older transformers wrote the first; neither says anything about these weights.
    config.remove("torch_dtype");
    config.remove("_name_or_path");
    // Given beside id2label, transformers believes these.
    config.remove("num_labels");
    config.remove("_num_labels");
    config.add("architectures", PrettyJson.array(model.architecture().spec().transformersClass()));
    JsonObject id2label = new JsonObject();
    JsonObject label2id = new JsonObject();
    for (int i = 0; i < labels.size(); i++) {
      id2label.addProperty(Integer.toString(i), labels.name(i));
      label2id.addProperty(labels.name(i), i);
    }
    config.add("id2label", id2label);
    config.add("label2id", label2id);
    config.addProperty("problem_type", task.problemType().key());
    config.addProperty("dtype", "float32");
    return config;
  }

  /**
   * Longer texts are then cut at the same token by whoever opens the folder, Java or Python, as
   * they were in training.
   */
  private static String withMaxLength(String tokenizerConfig, int maxTokens) {
    JsonObject json = JsonParser.parseString(tokenizerConfig).getAsJsonObject();
    json.addProperty("model_max_length", maxTokens);
    return PrettyJson.of(json);
  }
}
