package dev.afina;

import dev.afina.card.ModelCard;
import dev.afina.hub.HubClient;
import dev.afina.hub.HubCommit;
import dev.afina.hub.HubException;
import dev.afina.hub.HubPush;
import dev.afina.hub.HubUpload;
import dev.afina.hub.ModelReference;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.checkpoint.ScratchFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Uploads a model and its card in one commit; the card that is there is brought up to date. */
record ModelPush(HubClient client, ModelCard card, PushOptions options) {
  private static final String CARD = "README.md";

  /** Writes the files of a model. */
  interface Saving {
    void into(Path folder) throws IOException;
  }

  HubCommit run(Saving saving) throws IOException {
    String name = card.name();
    HubPush push = client.push(name);
    try (ScratchFolder work = ScratchFolder.make("afina-push")) {
      // First of all: what fails here, a closed classifier or a full disk, leaves no trace there.
      Path folder = work.path().resolve(card.title());
      saving.into(folder);
      push.create(options.visibility());
      if (!options.revision().equals(ModelReference.DEFAULT_REVISION)) {
        push.createBranch(options.revision(), ModelReference.DEFAULT_REVISION);
      }
      // The card is merged into that of this commit, so nobody else may change it meanwhile.
      String head = client.commit(new ModelReference(name, options.revision()));
      copyCard(new ModelReference(name, head), folder);
      card.writeTo(folder, CARD + " of " + name);
      HubUpload.Builder upload =
          HubUpload.of(folder)
              .message(options.message())
              .revision(options.revision())
              .parentCommit(head)
              .listener(options.listener())
              .deletePatterns(
                  CheckpointFiles.OWN_CONFIG); // of an earlier model, where ours has none
      return push.upload((options.isPullRequest() ? upload.pullRequest() : upload).build());
    }
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
