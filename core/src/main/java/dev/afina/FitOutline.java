package dev.afina;

import com.google.gson.JsonObject;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.model.Architecture;
import dev.afina.internal.model.Architectures;
import dev.afina.internal.model.HeadForm;
import dev.afina.internal.model.ModelLoader;
import dev.afina.internal.saved.HeadJson;
import dev.afina.internal.text.TextEncoder;
import dev.afina.internal.tuning.RateShares;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the options and the checkpoint's configuration decide of a training before the weights are
 * read.
 *
 * @param head the form of the head
 * @param headWeights where the weights of the head come from
 * @param shares which parameters are trained, and at which share of the learning rate
 */
record FitOutline(
    Architecture architecture,
    HeadForm head,
    ModelLoader.HeadWeights headWeights,
    RateShares shares) {

  /**
   * Decides.
   *
   * @param outputs the number of outputs
   * @throws IllegalArgumentException if an option does not fit the checkpoint
   * @throws CheckpointException if the configuration is invalid
   * @throws IOException if it cannot be read
   */
  static FitOutline of(FitSettings settings, int outputs, CheckpointFiles files)
      throws IOException {
    FitFolders.checkBase(settings, files.baseFolder());
    JsonObject config = files.config();
    HeadForm stored = HeadJson.read(files);
    HeadForm head = settings.head == null ? stored : settings.head.form();
    Architecture architecture = Architectures.of(config, files.description(), outputs, head);
    TextEncoder.requireTaken(architecture, settings.maxTokens);
    Lora lora = settings.lora;
    if (lora != null) {
      requireBase(lora, head, settings.checkpoint, files);
      Object unused = lora.layers(architecture, config.get("model_type").getAsString());
    }
    return new FitOutline(
        architecture,
        head,
        headWeights(settings, stored, head),
        new RateShares(
            architecture.spec().parameters(),
            settings.options.optimizer(),
            settings.freeze.depth()));
  }

  /** Throws if PEFT could not open the adapter. */
  private static void requireBase(
      Lora lora, HeadForm head, @Nullable String checkpoint, CheckpointFiles files) {
    if (head.isPlain()) {
      throw new IllegalArgumentException(
          "lora(%s) and a plain head: PEFT would open the adapter under another head; train the"
                  .formatted(lora)
              + " whole model, or take Head.standard()");
    }
    if (files.isAdapter()) {
      throw new IllegalArgumentException(
          "lora(%s), but checkpoint \"%s\" is an adapter itself, which PEFT takes for no base; load"
                  .formatted(lora, checkpoint)
              + " it, save(...) it as a whole model, and begin with that");
    }
  }

  /** The checkpoint's output layer is of no use to another kind of head. */
  private static ModelLoader.HeadWeights headWeights(
      FitSettings settings, HeadForm stored, HeadForm wanted) {
    if (stored.kind() == wanted.kind()
        || settings.headWeights == ModelLoader.HeadWeights.REPLACED) {
      return settings.headWeights;
    }
    if (settings.headWeights == ModelLoader.HeadWeights.EXTENDED) {
      throw new IllegalArgumentException(
          "extendHead() and head(%s): the checkpoint's output layer is of another kind of head, so"
                  .formatted(settings.head)
              + " its rows cannot stay; call replaceHead() in place of extendHead()");
    }
    return ModelLoader.HeadWeights.REPLACED;
  }
}
