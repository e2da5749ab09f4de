package dev.afina;

import dev.afina.hub.ModelReference;
import dev.afina.training.TrainingOptions;
import dev.afina.training.TrainingResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a classifier knows of its training.
 *
 * @param checkpoint the pretrained model, as the user named it
 * @param hubName its name on the Hub without the revision; null where it is from elsewhere
 * @param trainingRows of each label's position how many there were
 * @param validationRows how many there were, 0 for none
 */
record FineTuned(
    String checkpoint,
    @Nullable String hubName,
    TrainingOptions options,
    TrainingResult result,
    Map<Integer, Integer> trainingRows,
    int validationRows) {

  FineTuned {
    trainingRows = Map.copyOf(trainingRows);
  }

  /** The name of a checkpoint that is on the Hub; null for a folder or a resource. */
  static @Nullable String hubName(String checkpoint) {
    try {
      return checkpoint.startsWith("classpath:") || Files.exists(Path.of(checkpoint))
          ? null
          : ModelReference.parse(checkpoint).repositoryId();
    } catch (IllegalArgumentException e) { // also InvalidPathException: then it is neither
      return null;
    }
  }

  static Map<Integer, Integer> count(List<Integer> labels) {
    Map<Integer, Integer> counts = new TreeMap<>();
    labels.forEach(label -> counts.merge(label, 1, Integer::sum));
    return counts;
  }
}
