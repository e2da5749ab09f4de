package dev.afina.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Param;

/** The folder that the program saves to. Spark deletes what is there before it writes. */
final class SaveTarget {
  private final String save;
  private final Path target;
  private final Configuration configuration;

  SaveTarget(String save, Configuration configuration) {
    this.save = save;
    this.target = new Path(save);
    this.configuration = configuration;
  }

  /**
   * Finds out before the training whether its result can be saved, and whether that would delete
   * what the training reads or leaves elsewhere.
   *
   * @param input where the rows are
   * @throws IllegalArgumentException if something is in the way; the message names the option
   */
  void check(String input, boolean overwrite, AfinaClassifier estimator) throws IOException {
    refuse(
        "outputFolder",
        estimator.getOrDefault(estimator.outputFolder()),
        mounted(estimator, estimator.outputFolder()),
        "where the training leaves the model");
    refuse("input", input, ofInput(input), "from which the training reads");
    String checkpoint = estimator.getOrDefault(estimator.checkpoint());
    refuse("checkpoint", checkpoint, ofModel(checkpoint), "from which the training starts");
    refuse(
        "checkpointFolder",
        estimator.getOrDefault(estimator.checkpointFolder()),
        mounted(estimator, estimator.checkpointFolder()),
        "where the training leaves its checkpoints");
    if (!overwrite && target.getFileSystem(configuration).exists(target)) {
      throw new IllegalArgumentException(
          "--save: %s exists; choose another folder, or delete it with --overwrite true"
              .formatted(save));
    }
  }

  private void refuse(String option, String value, List<Path> places, String what)
      throws IOException {
    Path deleted = ModelFiles.qualified(target, configuration);
    for (Path place : places) {
      if (ModelFiles.contains(deleted, ModelFiles.qualified(place, configuration))) {
        throw new IllegalArgumentException(
            "--save: %s contains --%s %s, %s; choose another folder"
                .formatted(save, option, value, what));
      }
    }
  }

  private static List<Path> mounted(AfinaClassifier estimator, Param<String> folder) {
    String value = estimator.getOrDefault(folder);
    return value.isBlank()
        ? List.of()
        : List.of(new Path(MountedFolder.of(folder.name(), value).toUri()));
  }

  /** The folder of a model; none if it is on the class path or the Hub. */
  private static List<Path> ofModel(String reference) {
    if (reference.isBlank()) {
      return List.of();
    }
    ModelPlace place = new ModelPlace(reference);
    Optional<Path> elsewhere = place.onHadoop();
    return elsewhere.isPresent()
        ? List.of(elsewhere.get())
        : place.onMachine().map(folder -> new Path(folder.toUri())).stream().toList();
  }

  /** The path of the rows, with what its wildcards find; none if a format reads from no path. */
  private List<Path> ofInput(String input) {
    try {
      Path path = new Path(input);
      List<Path> places = new ArrayList<>(List.of(path));
      FileStatus[] found = path.getFileSystem(configuration).globStatus(path);
      if (found != null) {
        for (FileStatus file : found) {
          places.add(file.getPath());
        }
      }
      return places;
    } catch (IOException | IllegalArgumentException e) {
      return List.of(); // the name of a table, for example
    }
  }
}
