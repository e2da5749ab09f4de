package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.hub.HubClient;
import dev.afina.internal.model.ModelLoader;
import dev.afina.training.TrainingControl;
import dev.afina.training.TrainingGroup;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link TextModelBuilder} collects for a fine-tuning of any type of problem; its methods
 * say what each means.
 */
final class FitSettings {
  @Nullable String checkpoint;
  Supplier<HubClient> hub = HubClient::fromEnvironment;
  @Nullable Path lockFile;
  @Nullable Dataset validation;
  @Nullable Path output;
  @Nullable Path checkpoints;
  @Nullable SavePush push;
  boolean resumes;
  TrainingOptions options = TrainingOptions.standard();
  TrainingListener listener = TrainingListener.NONE;
  TrainingControl control = new TrainingControl();
  ModelLoader.HeadWeights headWeights = ModelLoader.HeadWeights.KEPT;
  @Nullable Head head;
  OptionalDouble dropout = OptionalDouble.empty();
  Precision precision = Precision.FLOAT32;
  int maxTokens;
  LongTexts longTexts = LongTexts.cut();
  Freeze freeze = Freeze.nothing();
  @Nullable Lora lora;
  TrainingGroup group = TrainingGroup.ALONE;

  /** The same settings, which then change on their own. */
  FitSettings copy() {
    FitSettings copy = new FitSettings();
    copy.checkpoint = checkpoint;
    copy.hub = hub;
    copy.lockFile = lockFile;
    copy.validation = validation;
    copy.output = output;
    copy.checkpoints = checkpoints;
    copy.push = push;
    copy.resumes = resumes;
    copy.options = options;
    copy.listener = listener;
    copy.control = control;
    copy.headWeights = headWeights;
    copy.head = head;
    copy.dropout = dropout;
    copy.precision = precision;
    copy.maxTokens = maxTokens;
    copy.longTexts = longTexts;
    copy.freeze = freeze;
    copy.lora = lora;
    copy.group = group;
    return copy;
  }

  /**
   * Refuses settings that contradict each other.
   *
   * @param withValidation whether there will be validation data
   */
  void check(boolean withValidation) {
    options.check(withValidation);
    if (maxTokens > 0) {
      longTexts.rule().requireRoom(maxTokens, maxTokens, false); // all that can be told so early
    }
    if (lora != null && !freeze.equals(Freeze.nothing())) {
      throw new IllegalArgumentException(
          "lora(%s) and freeze(%s): choose one of them; lora leaves the whole encoder as it is"
              .formatted(lora, freeze));
    }
    if (head != null && head.saysDropout() && dropout.isPresent()) {
      throw new IllegalArgumentException(
          "head(%s) and dropout(%s), which is one rate for all: choose one of them"
              .formatted(head, dropout.getAsDouble()));
    }
    FitFolders.check(this);
    if (checkpoints != null) {
      return;
    }
    if (resumes) {
      throw new IllegalArgumentException("resume() needs checkpoints(folder)");
    }
    if (push != null) {
      throw new IllegalArgumentException(
          "pushEachSave(\"" + push.name() + "\") needs checkpoints(folder)");
    }
    OptionalInt steps = options.saving().everySteps();
    OptionalInt limit = options.saving().limit();
    if (steps.isPresent() || limit.isPresent()) {
      throw new IllegalArgumentException(
          (steps.isPresent()
                  ? "saveEvery(" + steps.getAsInt() + ")"
                  : "saving limit(" + limit.getAsInt() + ")")
              + " needs checkpoints(folder)");
    }
  }
}
