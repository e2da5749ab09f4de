package dev.afina.internal.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.CheckpointException;
import dev.afina.internal.files.Excerpt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The files of an adapter: low-rank updates of another model, and mostly a head.
 *
 * @param config what its adapter_config.json says
 */
record AdapterFolder(CheckpointLocation location, AdapterConfig config) {
  private static final String CONFIG = "config.json";

  /** One of these is in each folder that has a tokenizer. */
  private static final List<String> TOKENIZERS =
      List.of(
          "tokenizer.json",
          "vocab.txt",
          "vocab.json",
          "spiece.model",
          "spm.model",
          "sentencepiece.bpe.model");

  /** Empty where the location has no adapter. */
  static Optional<AdapterFolder> find(CheckpointLocation location) throws IOException {
    Optional<byte[]> json = location.read(AdapterConfig.FILE);
    if (json.isEmpty()) {
      return Optional.empty();
    }
    String where = location.describe(AdapterConfig.FILE);
    JsonObject config = JsonFile.parseObject(json.get(), where);
    return Optional.of(new AdapterFolder(location, AdapterConfig.parse(config, where)));
  }

  /**
   * The base by the name to open it with. A folder that is not there may be beside the adapter, so
   * that both can be moved together.
   */
  AdapterFolder withBaseFound() {
    if (location instanceof CheckpointLocation.Folder folder) {
      try {
        Path given = Path.of(config.base());
        Path beside = folder.path().resolve(given).normalize();
        if (!given.isAbsolute() && !Files.exists(given) && Files.isDirectory(beside)) {
          return new AdapterFolder(
              location, config.ofBase(beside.toAbsolutePath().normalize().toString()));
        }
      } catch (InvalidPathException e) { // then it is the name of a Hub model
        return this;
      }
    }
    return this;
  }

  AdapterSource open() throws IOException {
    return new AdapterSource(config, tensors());
  }

  private TensorSource tensors() throws IOException {
    if (location.exists(AdapterSource.WEIGHTS)) {
      return Safetensors.source(
          location.open(AdapterSource.WEIGHTS), location.describe(AdapterSource.WEIGHTS));
    }
    if (location.exists(AdapterSource.PICKLED_WEIGHTS)) {
      return PytorchBin.source(
          location.open(AdapterSource.PICKLED_WEIGHTS),
          location.describe(AdapterSource.PICKLED_WEIGHTS));
    }
    throw new CheckpointException(
        "%s: has %s, but neither %s nor %s"
            .formatted(
                location.description(),
                AdapterConfig.FILE,
                AdapterSource.WEIGHTS,
                AdapterSource.PICKLED_WEIGHTS));
  }

  /** Whether it has a tokenizer of its own, which is then taken whole. */
  boolean hasTokenizer() {
    return TOKENIZERS.stream().anyMatch(location::exists);
  }

  /**
   * The configuration of the model that both make: the adapter's own where it has one. Else the
   * base's, whose labels count only if there are as many as the adapter's head has outputs.
   */
  JsonObject modelConfig(CheckpointFiles base) throws IOException {
    Optional<byte[]> own = location.read(CONFIG);
    if (own.isPresent()) {
      return JsonFile.parseObject(own.get(), location.describe(CONFIG));
    }
    JsonObject config = base.config();
    OptionalInt outputs;
    try (AdapterSource adapter = open()) {
      outputs = adapter.outputs();
    }
    if (outputs.isPresent() && labels(config) != outputs.getAsInt()) {
      List.of("id2label", "label2id", "_num_labels").forEach(config::remove);
      config.addProperty("num_labels", outputs.getAsInt());
    }
    return config;
  }

  private static int labels(JsonObject config) {
    if (config.get("id2label") instanceof JsonObject names) {
      return names.size();
    }
    JsonElement count = config.get("num_labels");
    boolean isNumber = count != null && count.isJsonPrimitive();
    return isNumber && count.getAsJsonPrimitive().isNumber() ? (int) count.getAsDouble() : 2;
  }

  /** Refuses it where only whole models are possible. */
  CheckpointException refusal(String reason) {
    return new CheckpointException(
        location.description()
            + ": an adapter of "
            + Excerpt.quoted(config.base())
            + ", and "
            + reason);
  }
}
