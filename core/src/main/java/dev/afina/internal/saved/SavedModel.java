package dev.afina.internal.saved;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.internal.checkpoint.AdapterConfig;
import dev.afina.internal.checkpoint.AdapterSource;
import dev.afina.internal.checkpoint.AtomicFolder;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorData;
import dev.afina.internal.checkpoint.TensorInfo;
import dev.afina.internal.checkpoint.TensorSource;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.layers.ParameterSpec;
import dev.afina.internal.model.lora.Adapter;
import dev.afina.internal.text.TextEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes the folder of a model, as {@code load} and Python open it.
 *
 * @param labels the names of the outputs
 * @param problemType what the outputs mean
 * @param taskSections the sections of {@link AfinaConfig} that belong to the outputs, by name
 */
public record SavedModel(
    Model model,
    TextEncoder encoder,
    Labels labels,
    ProblemType problemType,
    Map<String, JsonObject> taskSections) {
  /** The file with the weights of a whole model. */
  private static final String WEIGHTS = "model.safetensors";

  /** All file names that {@link #weightsFile} returns. */
  public static final List<String> WEIGHTS_FILES = List.of(WEIGHTS, CheckpointFiles.OWN_WEIGHTS);

  private static final String TOKENIZER_CONFIG = "tokenizer_config.json";

  /**
   * Atomically writes a folder that Python and {@code load} open.
   *
   * @throws IllegalStateException if a weight is not finite
   */
  public void write(Path target) throws IOException {
    model.requireFinite();
    AtomicFolder.write(target, this::writeFiles);
  }

  /**
   * Whether a folder holds these weights, bit by bit: what else is in it then may have been added
   * since, such as rules for decisions.
   */
  public boolean isIn(Path folder) {
    Map<String, TensorData> tensors = model.tensors();
    try (TensorSource there = Safetensors.open(folder.resolve(weightsFile()))) {
      if (!there.tensors().keySet().equals(tensors.keySet())) {
        return false;
      }
      for (Map.Entry<String, TensorData> tensor : tensors.entrySet()) {
        TensorInfo info = Objects.requireNonNull(there.tensors().get(tensor.getKey()));
        if (info.dtype() != tensor.getValue().dtype()
            || !info.shape().equals(tensor.getValue().shape())
            || !there.floats(tensor.getKey()).equals(tensor.getValue().bytes())) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false; // it is not there, or damaged
    }
  }

  /**
   * The name of the file with the weights. For a plain head it is not the usual one, because
   * transformers would open it with another head.
   */
  public String weightsFile() {
    return model.architecture().plainHead().isPresent() ? CheckpointFiles.OWN_WEIGHTS : WEIGHTS;
  }

  /** Writes the files of a model into an existing folder. */
  public void writeFiles(Path folder) throws IOException {
    Safetensors.write(folder.resolve(weightsFile()), model.tensors(), Safetensors.PYTORCH);
    writeOthers(folder, Optional.empty());
  }

  /**
   * Atomically writes a folder with only the weights that were trained, which PEFT and {@code load}
   * open on top of the base model.
   *
   * @throws IllegalStateException if a weight is not finite
   */
  public void writeAdapter(Path target, Adapter adapter) throws IOException {
    model.requireFinite();
    AtomicFolder.write(target, folder -> writeAdapterFiles(folder, adapter));
  }

  /** Writes the files of an adapter into an existing folder. */
  public void writeAdapterFiles(Path folder, Adapter adapter) throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>(adapter.tensors());
    model
        .tensors(ParameterSpec::isHead)
        .forEach((key, tensor) -> tensors.put(AdapterSource.PREFIX + key, tensor));
    Safetensors.write(folder.resolve(AdapterSource.WEIGHTS), tensors, Safetensors.PYTORCH);
    Files.writeString(folder.resolve(AdapterConfig.FILE), PrettyJson.of(adapter.config().json()));
    writeOthers(folder, Optional.of(adapter));
  }

  /** Writes config.json, the tokenizer's files and Afina's own configuration. */
  private void writeOthers(Path folder, Optional<Adapter> adapter) throws IOException {
    Files.writeString(folder.resolve("config.json"), PrettyJson.of(config()));
    Map<String, String> files = new TreeMap<>(encoder.tokenizer().files());
    files.computeIfPresent(
        TOKENIZER_CONFIG, (name, json) -> withMaxLength(json, encoder.maxTokens()));
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    Optional<String> own = AfinaConfig.text(labels, sections(adapter));
    if (own.isPresent()) {
      Files.writeString(folder.resolve(CheckpointFiles.OWN_CONFIG), own.get());
    }
  }

  private Map<String, JsonObject> sections(Optional<Adapter> adapter) {
    Map<String, JsonObject> sections = new TreeMap<>(taskSections);
    JsonObject rules = sections.get(AfinaConfig.DECISIONS);
    if (rules != null) {
      RuleWeights.note(rules, model, adapter);
    }
    model
        .architecture()
        .plainHead()
        .ifPresent(head -> sections.put(AfinaConfig.HEAD, HeadJson.of(head)));
    LongTextsJson.of(encoder.longTexts())
        .ifPresent(json -> sections.put(AfinaConfig.LONG_TEXTS, json));
    return sections;
  }

  /** The configuration of the checkpoint, with the labels and the type of this model. */
  private JsonObject config() {
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
    config.addProperty("problem_type", problemType.key());
    config.addProperty("dtype", "float32");
    return config;
  }

  /**
   * Sets {@code model_max_length}, so that Java and Python cut longer texts where the training did.
   */
  private static String withMaxLength(String tokenizerConfig, int maxTokens) {
    JsonObject json = JsonParser.parseString(tokenizerConfig).getAsJsonObject();
    json.addProperty("model_max_length", maxTokens);
    return PrettyJson.of(json);
  }
}
