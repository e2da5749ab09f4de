package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import dev.afina.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fine-tuning against the Trainer, from the same folder, on the same texts in the same order.
 *
 * @param peerName what the peer is
 * @param family of a model with random weights, or null for the setting's own
 * @param setting the texts and how they are trained on
 * @param padded whether the peer pads to the longest text allowed
 * @param sampling the peer's train_sampling_strategy
 * @param precision of both sides
 * @param tolerance allowed difference of a step's loss
 */
record TrainingRow(
    String peerName,
    @Nullable String family,
    TrainingSetting setting,
    boolean padded,
    String sampling,
    Precision precision,
    double tolerance)
    implements Row.Measurement {
  private static final double FLOAT32_TOLERANCE = 2e-4;
  private static final double BFLOAT16_TOLERANCE = 0.03;

  /** Padded to the longest text of the batch, float32. */
  static TrainingRow standard(String peerName, TrainingSetting setting) {
    return new TrainingRow(
        peerName, null, setting, false, "random", Precision.FLOAT32, FLOAT32_TOLERANCE);
  }

  /** A model of a family, as large as MiniLM, in place of the setting's. */
  TrainingRow ofFamily(String name) {
    return new TrainingRow(peerName, name, setting, padded, sampling, precision, tolerance);
  }

  /** Padded to the longest text allowed. */
  TrainingRow withPadding() {
    return new TrainingRow(peerName, family, setting, true, sampling, precision, tolerance);
  }

  /** Texts of about equal length in a batch of the peer. */
  TrainingRow grouped() {
    return new TrainingRow(
        peerName, family, setting, padded, "group_by_length", precision, tolerance);
  }

  /** In bfloat16 on both sides. */
  TrainingRow inBfloat16() {
    return new TrainingRow(
        peerName, family, setting, padded, sampling, Precision.BFLOAT16, BFLOAT16_TOLERANCE);
  }

  @Override
  public Outcome run(Lab lab) throws IOException {
    try (Child ours = lab.ours();
        Child peer = lab.python().start()) {
      JsonObject work = prepare(lab, ours, peer);
      String losses = gate(lab, ours, peer);
      List<Double> ourLosses = new ArrayList<>();
      List<Double> peerLosses = new ArrayList<>();
      Comparison figures =
          Comparison.alternate(
              side("Afina", ours, ourLosses),
              side(peerName, peer, peerLosses),
              lab.scale().rounds(),
              (i, a, b) -> lab.log("  round %d: %.1f texts/s, the peer %.1f", i, a, b));
      return new Outcome(
          figures,
          losses + "; " + Gate.meansAgree(ourLosses, peerLosses, setting.updates(lab.scale())),
          work);
    }
  }

  /** Loads model and texts on both sides; returns what there is to do. */
  JsonObject prepare(Lab lab, Child ours, Child peer) throws IOException {
    JsonObject request = request(lab);
    peer.ask(request);
    return ours.ask(request);
  }

  /** What either side is made ready with. */
  JsonObject request(Lab lab) throws IOException {
    Texts texts = setting.texts(lab);
    return Json.object(
        "do",
        "prepare",
        "task",
        "train",
        "model",
        family == null ? setting.model(lab, texts) : lab.family(texts, family),
        "data",
        texts.file(),
        "batchSize",
        setting.batchSize(),
        "maxTokens",
        setting.maxTokens(),
        "learningRate",
        5e-5,
        "seed",
        Lab.SEED,
        "precision",
        precision.name(),
        "padded",
        padded,
        "sampling",
        sampling);
  }

  /** The losses of some updates without dropout, in the default order. */
  String gate(Lab lab, Child ours, Child peer) throws IOException {
    int steps = setting.gateSteps(lab.scale());
    JsonObject request = Json.object("do", "gate", "steps", steps);
    return Gate.agree(
        "loss of each of " + steps + " updates without dropout",
        Json.doubles(ours.ask(request).get("losses")),
        Json.doubles(peer.ask(request).get("losses")),
        tolerance);
  }

  static Side side(String name, Child child, List<Double> losses) {
    return Side.of(
        name,
        () -> {
          JsonObject round = child.ask(Json.object("do", "round"));
          losses.add(round.get("loss").getAsDouble());
          return round.get("texts").getAsDouble() / round.get("seconds").getAsDouble();
        });
  }
}
