package dev.afina;

import com.google.gson.JsonObject;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.internal.objective.Targets;
import dev.afina.internal.saved.ConfigLabels;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which numbers a regression gives: as many as the rows have values, with the names that the user
 * gave, else the checkpoint's where they are as many, else LABEL_0, LABEL_1, … as transformers
 * names them.
 *
 * @param given names by the user; null for none
 * @param validation null for none
 */
record ValueChoice(
    @Nullable Labels given, boolean headReplaced, Dataset train, @Nullable Dataset validation)
    implements TaskChoice<Estimate, RegressionEvaluation> {

  @Override
  public void check() {
    Object unused = settled(given == null ? unnamed() : given);
  }

  @Override
  public boolean needsCheckpoint() {
    return false; // names change nothing
  }

  @Override
  public Settled<Estimate, RegressionEvaluation> settle(JsonObject config, String checkpoint)
      throws CheckpointException {
    if (given != null) {
      return settled(given);
    }
    Labels unnamed = unnamed();
    Optional<Labels> theirs =
        headReplaced ? Optional.empty() : ConfigLabels.custom(config, checkpoint);
    return settled(theirs.filter(names -> names.size() == unnamed.size()).orElse(unnamed));
  }

  private Labels unnamed() {
    if (train.size() == 0) {
      throw new IllegalArgumentException("training data: expected 1 example or more, got none");
    }
    int count = RegressionTask.values("training data", train, 0).length;
    return Labels.of(IntStream.range(0, count).mapToObj(i -> "LABEL_" + i).toList());
  }

  private Settled<Estimate, RegressionEvaluation> settled(Labels names) {
    RegressionTask task = new RegressionTask(names);
    Targets training = task.targets("training data", train, Dataset.of());
    task.requireLearnable(training);
    return new Settled<>(
        task,
        training,
        validation == null ? Targets.NONE : task.targets("validation data", validation, train));
  }
}
