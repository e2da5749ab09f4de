package dev.afina;

import dev.afina.card.ModelCard;
import dev.afina.card.ModelFacts;
import dev.afina.hub.HubPush;
import dev.afina.internal.tuning.CheckpointFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;

/**
 * The repository to which the checkpoints of a training are uploaded.
 *
 * @param name {@code owner/name} on the Hub
 */
record SavePush(String name, PushOptions options) {
  SavePush {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(options, "options");
    HubPush unused = options.clientOrStandard().push(name); // refuses what is no such name
    options.requireCardOf(name);
    if (options.isPullRequest()) {
      throw new IllegalArgumentException(
          "pushEachSave(\"%s\"): each save would open a pull request of its own; leave"
                  .formatted(name)
              + " pullRequest() out, or choose a branch by revision(...)");
    }
  }

  /** Creates the repository, so that a wrong token fails before hours of training. */
  void prepare() throws IOException {
    HubPush unused = ModelPush.repository(options.clientOrStandard(), name, options);
  }

  /** Uploads what the model is after an update. */
  void push(int step, ModelFacts facts, CheckpointFolders.Content.Writer writer)
      throws IOException {
    ModelCard card = options.cardOf(name, () -> ModelCard.of(facts, name).build());
    String title = options.title("Training in progress, step " + step);
    Object unused =
        new ModelPush(options.clientOrStandard(), card, options, title)
            .run(folder -> writer.write(Files.createDirectory(folder)));
  }
}
