package dev.afina;

import dev.afina.card.ModelCard;
import dev.afina.hub.HubClient;
import dev.afina.hub.HubCommit;
import dev.afina.hub.HubException;
import dev.afina.hub.HubPush;
import dev.afina.hub.HubUpload;
import dev.afina.hub.ModelReference;
import dev.afina.internal.checkpoint.AdapterConfig;
import dev.afina.internal.checkpoint.AdapterSource;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.checkpoint.ScratchFolder;
import dev.afina.internal.saved.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Uploads a model and its card in one commit. An existing card is updated.
 *
 * @param title of the commit
 */
record ModelPush(HubClient client, ModelCard card, PushOptions options, String title) {
  private static final String CARD = "README.md";

  /** Files of ours that an earlier model has there and this one may lack. */
  private static final String[] OURS =
      Stream.concat(
              SavedModel.WEIGHTS_FILES.stream(),
              Stream.of(CheckpointFiles.OWN_CONFIG, AdapterConfig.FILE, AdapterSource.WEIGHTS))
          .toArray(String[]::new);

  /** Writes the files of a model. */
  interface Saving {
    void into(Path folder) throws IOException;
  }

  HubCommit run(Saving saving) throws IOException {
    String name = card.name();
    try (ScratchFolder work = ScratchFolder.make("afina-push")) {
      // First of all: what fails here, a closed classifier or a full disk, leaves no trace there.
      Path folder = work.path().resolve(card.title());
      saving.into(folder);
      HubPush push = repository(client, name, options);
      // The card is merged into that of this commit, so nobody else may change it meanwhile.
      String head = client.commit(new ModelReference(name, options.revision()));
      copyCard(new ModelReference(name, head), folder);
      card.writeTo(folder, CARD + " of " + name);
      HubUpload.Builder upload =
          HubUpload.of(folder)
              .message(title)
              .revision(options.revision())
              .parentCommit(head)
              .listener(options.listener())
              .deletePatterns(OURS);
      return push.upload((options.isPullRequest() ? upload.pullRequest() : upload).build());
    }
  }

  /** Creates the repository and the branch if they do not exist. */
  static HubPush repository(HubClient client, String name, PushOptions options) throws IOException {
    HubPush push = client.push(name);
    push.create(options.visibility());
    if (!options.revision().equals(ModelReference.DEFAULT_REVISION)) {
      push.createBranch(options.revision(), ModelReference.DEFAULT_REVISION);
    }
    return push;
  }

  private void copyCard(ModelReference commit, Path folder) throws IOException {
    try {
      Files.copy(client.download(commit, CARD), folder.resolve(CARD));
    } catch (HubException e) {
      if (e.reason() != HubException.Reason.ENTRY_NOT_FOUND) {
        throw e;
      }
    }
  }
}
