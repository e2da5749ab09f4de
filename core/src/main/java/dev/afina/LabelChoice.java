package dev.afina;

import com.google.gson.JsonObject;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.internal.files.Excerpt;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which labels a fine-tuning has: those that the user gave, else the checkpoint's where it has
 * named ones and all rows use them, else the data's. What can be wrong with them is found as early
 * as it can be known: most of it before a checkpoint is downloaded, all of it before a text is
 * tokenized.
 *
 * @param given by the user; null where they are to be found
 * @param headReplaced whether the checkpoint's labels do not count
 * @param validation null for none
 */
record LabelChoice(
    @Nullable Labels given, boolean headReplaced, Dataset train, @Nullable Dataset validation) {
  private static final int SHOWN = 300;

  /**
   * The labels, and which of them each row has.
   *
   * @param training one number a row
   * @param validation one number a row; empty where there is no such data
   */
  record Settled(Labels labels, List<Integer> training, List<Integer> validation) {}

  /**
   * Checks all that needs no checkpoint.
   *
   * @throws IllegalArgumentException naming the data and the row
   */
  void check() {
    requireLabelled("training data", train);
    if (validation != null) {
      requireLabelled("validation data", validation);
    }
    if (given != null) {
      settled(given);
    } else {
      Labels ofData = Labels.from(train);
      if (headReplaced) {
        settled(ofData);
      }
    }
  }

  /** Whether rows to validate on have a label that none to train on has: the checkpoint's? */
  boolean needsCheckpoint() {
    if (given != null || headReplaced || validation == null) {
      return false;
    }
    try {
      Labels.from(train).resolveAll("validation data", validation, Dataset.of());
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  /**
   * The labels.
   *
   * @param config the checkpoint's
   * @param checkpoint names it in messages
   * @throws IllegalArgumentException when labels, data and checkpoint contradict each other
   * @throws CheckpointException when the configuration cannot be understood
   */
  Settled settle(JsonObject config, String checkpoint) throws CheckpointException {
    Optional<Labels> theirs =
        headReplaced ? Optional.empty() : SavedModel.customLabels(config, checkpoint);
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

  private boolean allUsed(Labels labels) {
    return new HashSet<>(labels.names()).containsAll(train.classCounts().keySet());
  }

  private Settled settled(Labels labels) {
    if (labels.size() < 2) {
      throw new IllegalArgumentException(
          "labels: expected 2 or more, got " + Excerpt.of(labels, SHOWN));
    }
    labels.requireDistinct("labels");
    List<Integer> training = labels.resolveAll("training data", train, Dataset.of());
    if (training.stream().distinct().count() < 2) {
      throw new IllegalArgumentException(
          "training data: all "
              + train.size()
              + " rows have the same label \""
              + Excerpt.of(train.get(0).label())
              + "\", expected at least two of "
              + Excerpt.of(labels, SHOWN));
    }
    return new Settled(
        labels,
        training,
        validation == null ? List.of() : labels.resolveAll("validation data", validation, train));
  }

  private static void requireLabelled(String what, Dataset data) {
    if (data.size() == 0) {
      throw new IllegalArgumentException(what + ": expected 1 example or more, got none");
    }
    for (int row = 0; row < data.size(); row++) {
      try {
        data.labelOf(row);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
      }
    }
  }
}
