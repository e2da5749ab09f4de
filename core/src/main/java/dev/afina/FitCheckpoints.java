package dev.afina;

import dev.afina.card.ModelFacts;
import dev.afina.internal.checkpoint.AdapterSource;
import dev.afina.internal.model.Model;
import dev.afina.internal.saved.SavedModel;
import dev.afina.internal.text.TextEncoder;
import dev.afina.internal.tuning.CheckpointFolders;
import dev.afina.internal.tuning.LoraUpdates;
import dev.afina.internal.tuning.PushedCheckpoints;
import dev.afina.internal.tuning.TrainingIdentity;
import dev.afina.training.Checkpoints;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/** The checkpoints of a fine-tuning: what they contain, where they go, which one is resumed. */
final class FitCheckpoints {
  private FitCheckpoints() {}

  /**
   * Prepares the folder of {@link TextModelBuilder#checkpoints} for a new training, or for one that
   * resumes, which reads the newest checkpoint.
   *
   * @param identity what a checkpoint to resume from must agree with
   * @return {@link Checkpoints#NONE} if there is no such folder
   */
  static Checkpoints of(
      FitSettings settings,
      TrainingIdentity identity,
      Model model,
      Optional<LoraUpdates> updates,
      Task<?, ?> task,
      TextEncoder encoder)
      throws IOException {
    if (settings.checkpoints == null) {
      return Checkpoints.NONE;
    }
    CheckpointFolders.Content content = content(task.saved(model, encoder), updates);
    CheckpointFolders folders =
        new CheckpointFolders(settings.checkpoints, settings.options, content);
    if (settings.resumes) {
      folders.resume(identity);
    } else {
      folders.begin(identity);
    }
    ModelFacts whole = TextModel.facts(task, model.architecture(), encoder);
    ModelFacts facts =
        updates.isEmpty() ? whole : whole.adapterOf(Objects.requireNonNull(settings.checkpoint));
    SavePush push = settings.push;
    return push == null
        ? folders
        : new PushedCheckpoints(
            folders, push.name(), step -> push.push(step, facts, content.writer()));
  }

  /** The whole model or, if low-rank updates are trained, an adapter. */
  private static CheckpointFolders.Content content(
      SavedModel saved, Optional<LoraUpdates> updates) {
    return updates
        .map(
            lora ->
                new CheckpointFolders.Content(
                    AdapterSource.WEIGHTS,
                    lora.arraysOfFile(),
                    folder -> saved.writeAdapterFiles(folder, lora.adapter())))
        .orElseGet(
            () ->
                new CheckpointFolders.Content(
                    saved.weightsFile(), saved.model().arrays(), saved::writeFiles));
  }
}
