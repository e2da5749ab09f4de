package dev.afina;

import com.google.gson.JsonObject;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.model.ModelLoader;
import dev.afina.internal.objective.Targets;
import dev.afina.internal.saved.ConfigLabels;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides the labels of a fine-tuning: those that the user set, otherwise those of the checkpoint
 * if it has named ones and all rows use them, otherwise those of the data.
 *
 * @param given the labels that the user set, or null
 * @param headWeights whether the labels of the checkpoint are kept, replaced or extended
 * @param train the training data
 * @param validation the validation data, or null
 * @param labelled throws for a row without a label of the right kind
 * @param tasks creates the task of these labels
 */
record LabelChoice<P, E extends EvaluationResult<P>>(
    @Nullable Labels given,
    ModelLoader.HeadWeights headWeights,
    Dataset train,
    @Nullable Dataset validation,
    RowCheck labelled,
    Function<Labels, Task<P, E>> tasks)
    implements TaskChoice<P, E> {
  static final int SHOWN = 300;

  /** Checks one row of a data set. */
  interface RowCheck {
    void check(Dataset data, int row);
  }

  @Override
  public void check() {
    requireLabelled("training data", train);
    if (validation != null) {
      requireLabelled("validation data", validation);
    }
    Labels labels = given == null ? Labels.from(train) : given;
    if (given != null || headWeights == ModelLoader.HeadWeights.REPLACED) {
      Object unused = settled(labels);
    }
  }

  /**
   * True if validation rows have a label that no training row has, which may be one of the
   * checkpoint's.
   */
  @Override
  public boolean needsCheckpoint() {
    if (headWeights == ModelLoader.HeadWeights.EXTENDED) {
      return true;
    }
    if (given != null || headWeights == ModelLoader.HeadWeights.REPLACED || validation == null) {
      return false;
    }
    try {
      Object unused =
          tasks.apply(Labels.from(train)).targets("validation data", validation, Dataset.of());
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  @Override
  public Settled<P, E> settle(JsonObject config, String checkpoint) throws CheckpointException {
    Optional<Labels> theirs =
        headWeights == ModelLoader.HeadWeights.REPLACED
            ? Optional.empty()
            : ConfigLabels.custom(config, checkpoint);
    if (headWeights == ModelLoader.HeadWeights.EXTENDED) {
      return settled(extended(theirs, checkpoint));
    }
    Labels labels = given;
    if (labels == null) {
      labels = theirs.filter(this::allUsed).orElseGet(() -> Labels.from(train));
    }
    if (theirs.isPresent()
        && theirs.get().size() == labels.size()
        && !theirs.get().equals(labels)) {
      throw new IllegalArgumentException(
          "labels: "
              + Excerpt.of(labels, SHOWN)
              + " contradict those of checkpoint \""
              + checkpoint
              + "\", "
              + Excerpt.of(theirs.get(), SHOWN)
              + "; give the same in the same order, or call replaceHead() to train a new head");
    }
    return settled(labels);
  }

  private Labels extended(Optional<Labels> theirs, String checkpoint) {
    if (theirs.isEmpty()) {
      throw new IllegalArgumentException(
          "extendHead: checkpoint \"%s\" has no labels with names to add to; call replaceHead() to train a new head"
              .formatted(checkpoint));
    }
    Set<String> names = new LinkedHashSet<>(theirs.get().names());
    if (given == null) {
      names.addAll(Labels.from(train).names());
      return Labels.of(List.copyOf(names));
    }
    names.removeAll(given.names());
    if (!names.isEmpty()) {
      throw new IllegalArgumentException(
          "extendHead: labels [%s] of checkpoint \"%s\" are not among those given, %s; give them, too, or call replaceHead() to train a new head"
              .formatted(Excerpt.list(names), checkpoint, Excerpt.of(given, SHOWN)));
    }
    return given;
  }

  private boolean allUsed(Labels labels) {
    return new HashSet<>(labels.names()).containsAll(train.classCounts().keySet());
  }

  private Settled<P, E> settled(Labels labels) {
    labels.requireDistinct("labels");
    Task<P, E> task = tasks.apply(labels);
    Targets training = task.targets("training data", train, Dataset.of());
    task.requireLearnable(training);
    return new Settled<>(
        task,
        training,
        validation == null ? Targets.NONE : task.targets("validation data", validation, train));
  }

  private void requireLabelled(String what, Dataset data) {
    if (data.size() == 0) {
      throw new IllegalArgumentException(what + ": expected 1 example or more, got none");
    }
    for (int row = 0; row < data.size(); row++) {
      try {
        labelled.check(data, row);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
      }
    }
  }
}
