package dev.afina.internal.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A configuration of a family that interop/golden_models.py wrote logits for: "bert" is the
 * family's first one, "bert/odd" and the like are others.
 *
 * @param name of the folder with its golden.json
 */
public record GoldenModel(String name) {

  /** The families that Afina supports; each has a folder among the golden files. */
  public static List<String> families() {
    return List.copyOf(Architectures.modelTypes());
  }

  /** All configurations of all families. */
  public static List<GoldenModel> all() {
    return families().stream().flatMap(family -> of(family).stream()).toList();
  }

  /** Those that have gradients, too. */
  public static List<GoldenModel> withGradients() {
    return all().stream().filter(GoldenModel::hasGradients).toList();
  }

  /** The configurations of a family, its first one at the beginning. */
  public static List<GoldenModel> of(String family) {
    Path root = Golden.path("");
    try (Stream<Path> files = Files.walk(Golden.path(family))) {
      return files
          .filter(file -> file.endsWith("golden.json"))
          .map(file -> root.relativize(file.getParent()).toString().replace('\\', '/'))
          .sorted()
          .map(GoldenModel::new)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String family() {
    return name.split("/", 2)[0];
  }

  /** Whether it is the family's first one, which has a base, a new head and trainings beside it. */
  boolean isFirst() {
    return name.equals(family());
  }

  /** Whether it has golden gradients, too. */
  public boolean hasGradients() {
    return Files.exists(Golden.path(name).resolve("gradients.safetensors"));
  }

  /** The folder of config.json and the weights. */
  String modelFolder() {
    return Files.isDirectory(Golden.path(name).resolve("model")) ? name + "/model" : name;
  }

  /** The folder of the tokenizer: where only the weights are others, that of the family's first. */
  String tokenizerFolder() {
    boolean own = Files.exists(Golden.path(modelFolder()).resolve("tokenizer_config.json"));
    return own ? modelFolder() : family() + "/model";
  }

  /** For the names of tests. */
  @Override
  public String toString() {
    return name;
  }
}
