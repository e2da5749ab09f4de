package dev.afina.internal.tuning;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.afina.CheckpointException;
import dev.afina.training.Tensor;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import dev.afina.training.TrainingState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a training's state as JSON: once in a form of our own that loses nothing, once as
 * transformers writes {@code trainer_state.json}.
 *
 * @param version of the form
 * @param identity of the training
 * @param checksums CRC-32C of the other files by name, in hexadecimal
 * @param counted null in files of earlier versions
 */
record StateFile(
    int version,
    Map<String, String> identity,
    Map<String, String> checksums,
    TrainingState.Position position,
    TrainingState.Best best,
    TrainingState.@Nullable Best counted,
    List<TrainingState.LogEntry> history,
    List<EpochEntry> epochs,
    List<Double> rateState,
    List<Long> randomState) {
  static final int VERSION = 2; // 1 had no checksum of its own

  /** What transformers writes for evaluations and checkpoints that no number of steps says. */
  private static final int UNSET_STEPS = 500;

  private static final String SEALED = "{\n  \"crc32c\": \"%s\",%s";
  private static final Pattern SEAL = Pattern.compile("\\{\n {2}\"crc32c\": \"([0-9a-f]{8})\",");
  private static final Gson GSON =
      new GsonBuilder().serializeSpecialFloatingPointValues().setPrettyPrinting().create();

  /** An epoch as the listener got it. */
  record EpochEntry(
      int epoch,
      int step,
      double trainingLoss,
      Map<String, Double> metrics,
      long nanos,
      boolean best) {

    static EpochEntry of(TrainingListener.Epoch e) {
      return new EpochEntry(
          e.epoch(), e.step(), e.trainingLoss(), e.metrics(), e.duration().toNanos(), e.best());
    }

    TrainingListener.Epoch toEpoch() {
      return TrainingListener.Epoch.of(
          epoch, step, trainingLoss, metrics, Duration.ofNanos(nanos), best);
    }
  }

  static StateFile of(
      TrainingState state, TrainingIdentity identity, Map<String, String> checksums) {
    return new StateFile(
        VERSION,
        identity.facts(),
        checksums,
        state.position(),
        state.best(),
        state.counted(),
        state.history(),
        state.epochs().stream().map(EpochEntry::of).toList(),
        state.rateState(),
        state.randomState());
  }

  /** What {@link #parse} reads, with a checksum of itself in front: a digit may be damaged, too. */
  String json() {
    String text = GSON.toJson(this).substring(1) + "\n"; // without the brace
    return SEALED.formatted(sum(text), text);
  }

  /** CRC-32C in hexadecimal, of eight digits. */
  private static String sum(String text) {
    CRC32C sum = new CRC32C();
    sum.update(text.getBytes(StandardCharsets.UTF_8));
    return String.format(Locale.ROOT, "%08x", sum.getValue());
  }

  private static void requireWhole(String json, String where) throws CheckpointException {
    Matcher seal = SEAL.matcher(json);
    if (!seal.lookingAt() || !seal.group(1).equals(sum(json.substring(seal.end())))) {
      throw new CheckpointException(where + ": is damaged: its checksum is not that of its text");
    }
  }

  /**
   * Reads what {@link #json()} gave.
   *
   * @throws CheckpointException naming {@code where}
   */
  static StateFile parse(String json, String where) throws CheckpointException {
    StateFile file;
    try {
      file = GSON.fromJson(json, StateFile.class);
    } catch (JsonParseException | NumberFormatException e) {
      throw new CheckpointException(where + ": is no state of a training: " + e.getMessage(), e);
    }
    if (file == null || file.identity == null || file.checksums == null || file.position == null) {
      throw new CheckpointException(where + ": is no state of a training");
    }
    if (file.version != VERSION) {
      throw new CheckpointException(
          "%s: is of version %s, this is a reader of version %s"
              .formatted(where, file.version, VERSION));
    }
    requireWhole(json, where);
    if (file.best == null
        || file.history == null
        || file.epochs == null
        || file.rateState == null
        || file.randomState == null) {
      throw new CheckpointException(where + ": is cut short");
    }
    return file;
  }

  TrainingState state(Map<String, Tensor> tensors) {
    return new TrainingState(
        position,
        best,
        counted,
        history,
        epochs.stream().map(EpochEntry::toEpoch).toList(),
        rateState,
        randomState,
        tensors);
  }

  /**
   * The file that tools for transformers' trainings read.
   *
   * @param bestIsSaved whether there is a checkpoint of the best evaluation; after evaluations
   *     between checkpoints there may be none
   */
  static String trainerState(TrainingState state, TrainingOptions options, boolean bestIsSaved) {
    TrainingState.Position at = state.position();
    JsonObject json = new JsonObject();
    boolean chosen = state.best().step() > 0;
    if (chosen) {
      json.addProperty("best_global_step", state.best().step());
      json.addProperty("best_metric", state.best().value());
      json.addProperty(
          "best_model_checkpoint", bestIsSaved ? "checkpoint-" + state.best().step() : null);
    } else {
      json.add("best_global_step", JsonNull.INSTANCE);
      json.add("best_metric", JsonNull.INSTANCE);
      json.add("best_model_checkpoint", JsonNull.INSTANCE);
    }
    json.addProperty("epoch", at.epoch());
    json.addProperty("eval_steps", options.evaluation().everySteps().orElse(UNSET_STEPS));
    json.addProperty("global_step", at.step());
    json.addProperty("is_hyper_param_search", false);
    json.addProperty("is_local_process_zero", true);
    json.addProperty("is_world_process_zero", true);
    json.add("log_history", history(state.history()));
    json.addProperty("logging_steps", options.loggingSteps());
    json.addProperty("max_steps", at.steps());
    json.addProperty("num_input_tokens_seen", 0);
    json.addProperty(
        "num_train_epochs", (at.steps() + at.stepsPerEpoch() - 1) / at.stepsPerEpoch());
    json.addProperty("save_steps", options.saving().everySteps().orElse(UNSET_STEPS));
    json.add("stateful_callbacks", new JsonObject());
    json.addProperty("total_flos", 0.0);
    json.addProperty("train_batch_size", options.batchSize());
    json.add("trial_name", JsonNull.INSTANCE);
    json.add("trial_params", JsonNull.INSTANCE);
    return new GsonBuilder().serializeNulls().setPrettyPrinting().create().toJson(json) + "\n";
  }

  private static JsonArray history(List<TrainingState.LogEntry> entries) {
    JsonArray history = new JsonArray();
    for (TrainingState.LogEntry entry : new ArrayList<>(entries)) {
      JsonObject json = new JsonObject();
      json.addProperty("epoch", entry.epoch());
      entry
          .values()
          .forEach(
              (name, value) -> {
                if (Double.isFinite(value)) {
                  json.addProperty(name, value);
                }
              });
      json.addProperty("step", entry.step());
      history.add(json);
    }
    return history;
  }
}
