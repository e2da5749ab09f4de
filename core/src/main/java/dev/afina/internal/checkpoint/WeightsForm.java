package dev.afina.internal.checkpoint;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The files that hold a model's weights, in the order in which transformers looks for them. */
enum WeightsForm {
  /**
   * Of a model that Python's AutoModelForSequenceClassification must not open, because it would
   * compute another one; see {@link CheckpointFiles#OWN_WEIGHTS}.
   */
  OWN(CheckpointFiles.OWN_WEIGHTS, ".safetensors"),
  /** One file in the safetensors format. */
  SAFETENSORS("model.safetensors", ".safetensors"),
  /** The index of several of them. */
  SHARDED_SAFETENSORS("model.safetensors.index.json", ".safetensors"),
  /** One file of torch.save. */
  PYTORCH_BIN("pytorch_model.bin", ".bin"),
  /** The index of several of them. */
  SHARDED_PYTORCH_BIN("pytorch_model.bin.index.json", ".bin");

  private final String fileName;
  private final String suffix;

  WeightsForm(String fileName, String suffix) {
    this.fileName = fileName;
    this.suffix = suffix;
  }

  /** The one file, or the index of several. */
  String fileName() {
    return fileName;
  }

  /** How the names of the files with tensors end. */
  String suffix() {
    return suffix;
  }

  boolean isSharded() {
    return !fileName.endsWith(suffix);
  }

  /** Opens a file with tensors; takes the content over, and closes it when the file is refused. */
  TensorSource source(CheckpointLocation location, String name) throws IOException {
    Content content = location.open(name);
    return suffix.equals(SAFETENSORS.suffix)
        ? Safetensors.source(content, location.describe(name))
        : PytorchBin.source(content, location.describe(name));
  }

  /** The first that is there. */
  static Optional<WeightsForm> find(Predicate<String> exists) {
    return Arrays.stream(values()).filter(form -> exists.test(form.fileName)).findFirst();
  }

  static List<String> fileNames() {
    return Arrays.stream(values()).map(WeightsForm::fileName).toList();
  }
}
