package dev.afina;

import dev.afina.hub.HubClient;
import dev.afina.hub.HubCommit;
import dev.afina.hub.HubException;
import dev.afina.hub.HubPush;
import dev.afina.hub.HubUpload;
import dev.afina.hub.ModelReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Uploads a model and its card in one commit; the card that is there is brought up to date. */
record ModelPush(HubClient client, ModelCard card, PushOptions options) {
  private static final Logger log = LoggerFactory.getLogger(ModelPush.class);
  private static final String CARD = "README.md";

  /** Writes the files of a model. */
  interface Saving {
    void into(Path folder) throws IOException;
  }

  HubCommit run(Saving saving) throws IOException {
    String name = card.name();
    HubPush push = client.push(name);
    Path work = Files.createTempDirectory("afina-push");
    try {
      // First of all: what fails here, a closed classifier or a full disk, leaves no trace there.
      Path folder = work.resolve(card.title());
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
              .listener(options.listener());
      return push.upload((options.isPullRequest() ? upload.pullRequest() : upload).build());
    } finally {
      delete(work);
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

  private static void delete(Path work) {
    try (Stream<Path> files = Files.walk(work)) {
      List<Path> deepestFirst = files.sorted((a, b) -> b.compareTo(a)).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) { // the upload is done, or its failure matters more
      log.warn("{}: temporary files are left", work, e);
    }
  }
}
