package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What training makes of the machine, its memory, and how long a program takes to start. */
final class MachineRows {
  private static final String TEXT = "I cannot believe how happy this made me";
  private static final double MEBIBYTE = 1 << 20;
  private static final double SCORE_TOLERANCE = 1e-5;

  /** Enough for a spread; each takes a whole training on both sides. */
  private static final int MEMORY_ROUNDS = 3;

  private MachineRows() {}

  /**
   * Useful operations a second of training against the fastest matrix product, measured in turns:
   * of the emotion texts, and beside it of the others.
   */
  static Outcome efficiency(Lab lab) throws IOException {
    String gate;
    TrainingRow row = TrainingRow.standard("HF Trainer", TrainingSetting.EMOTION);
    try (Child ours = lab.ours();
        Child peer = lab.python().start()) {
      row.prepare(lab, ours, peer);
      gate = row.gate(lab, ours, peer);
    }
    int rounds = lab.scale().rounds();
    JsonObject details = new JsonObject();
    Comparison emotion = efficiency(lab, TrainingSetting.EMOTION, rounds, details);
    efficiency(lab, TrainingSetting.BANKING77, rounds, details);
    efficiency(lab, TrainingSetting.IMDB, 1, details);
    return new Outcome(emotion, gate, details);
  }

  /** Peak memory of fresh processes that fine-tuned. */
  static Outcome memory(Lab lab, TrainingSetting setting) throws IOException {
    TrainingRow row = TrainingRow.standard("HF Trainer", setting);
    List<Double> ourPeaks = new ArrayList<>();
    List<Double> peerPeaks = new ArrayList<>();
    String gate = "";
    for (int i = 1; i <= Math.min(MEMORY_ROUNDS, lab.scale().rounds()); i++) {
      try (Child ours = lab.ours();
          Child peer = lab.python().start()) {
        row.prepare(lab, ours, peer);
        if (i == 1) {
          gate = row.gate(lab, ours, peer);
        }
        ourPeaks.add(peakAfterRound(ours));
        peerPeaks.add(peakAfterRound(peer));
      }
      lab.log("  round %d: %.0f MiB, the peer %.0f", i, ourPeaks.get(i - 1), peerPeaks.get(i - 1));
    }
    return new Outcome(
        new Comparison(
            new Series("Afina, default JVM options", ourPeaks),
            new Series("HF Trainer", peerPeaks)),
        gate);
  }

  /** From the start of a process to its first prediction. */
  static Outcome startup(Lab lab) throws IOException {
    Path model = lab.fineTuned();
    List<String> ours = new ArrayList<>(Lab.java(Startup.class, List.of()));
    List<String> peer = new ArrayList<>(lab.python().command("startup.py"));
    for (List<String> command : List.of(ours, peer)) {
      command.addAll(List.of(model.toString(), TEXT));
    }
    First warm = First.of("Afina", ours, Map.of());
    First warmPeer = First.of("the pipeline", peer, Python.environment());
    String agreed =
        Gate.agree(
            "score of the first text",
            new double[] {warm.score},
            new double[] {warmPeer.score},
            SCORE_TOLERANCE);
    Comparison figures =
        Comparison.alternate(
            Side.of("Afina", () -> First.of("Afina", ours, Map.of()).seconds),
            Side.of(
                "HF pipeline", () -> First.of("the pipeline", peer, Python.environment()).seconds),
            lab.scale().rounds(),
            (i, a, b) -> lab.log("  round %d: %.2f s, the peer %.2f", i, a, b));
    return new Outcome(figures, agreed);
  }

  private static Comparison efficiency(
      Lab lab, TrainingSetting setting, int rounds, JsonObject details) throws IOException {
    try (Child ours = lab.ours();
        Child machine = lab.ours()) {
      JsonObject work = ours.ask(TrainingRow.standard("", setting).request(lab));
      machine.ask(Json.object("do", "prepare", "task", "gemm"));
      double gflop = work.get("flops").getAsDouble() / 1e9;
      JsonObject round = Json.object("do", "round");
      Comparison figures =
          Comparison.alternate(
              Side.of(
                  "Afina, useful operations of training",
                  () -> gflop / ours.ask(round).get("seconds").getAsDouble()),
              Side.of(
                  "fastest matrix product of the same libtorch",
                  () -> machine.ask(round).get("gflops").getAsDouble()),
              rounds,
              (i, a, b) -> lab.log("  %s, round %d: %.1f of %.1f GFLOP/s", setting, i, a, b));
      details.addProperty(
          setting.name().toLowerCase(Locale.ROOT),
          figures.ours().median() / figures.peer().median());
      return figures;
    }
  }

  private static double peakAfterRound(Child child) throws IOException {
    child.ask(Json.object("do", "round"));
    return child.ask(Json.object("do", "memory")).get("bytes").getAsDouble() / MEBIBYTE;
  }

  /** The first prediction of a program and when it came. */
  private record First(double score, double seconds) {

    static First of(String name, List<String> command, Map<String, String> environment)
        throws IOException {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().putAll(environment);
      long begun = System.nanoTime();
      Process process = builder.start();
      try (var out = process.inputReader(StandardCharsets.UTF_8)) {
        String line = out.readLine();
        double seconds = (System.nanoTime() - begun) / 1e9;
        if (line == null) {
          throw new IOException(
              name + " ended without a prediction: " + String.join(" ", command.subList(0, 2)));
        }
        process.waitFor();
        JsonObject prediction = JsonParser.parseString(line).getAsJsonObject();
        return new First(prediction.get("score").getAsDouble(), seconds);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while " + name + " started", e);
      } finally {
        process.destroyForcibly();
      }
    }
  }
}
