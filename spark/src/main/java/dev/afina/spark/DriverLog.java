package dev.afina.spark;

import dev.afina.training.TrainingListener;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a training to the driver's log, at INFO. */
final class DriverLog implements TrainingListener {
  private final Logger log;
  private int steps;

  DriverLog() {
    this(LoggerFactory.getLogger(AfinaClassifier.class));
  }

  DriverLog(Logger log) {
    this.log = log;
  }

  @Override
  public void started(Plan plan) {
    steps = plan.steps();
    tell(
        "training begins: %,d texts, %d steps, %d an epoch, %,d parameters",
        plan.examples(), plan.steps(), plan.stepsPerEpoch(), plan.parameters());
  }

  @Override
  public void stepped(Step step) {
    tell(
        "step %d of %d, epoch %.2f: loss %.4f; %.1f texts/s of all ranks by rank 0's clock, %d s"
            + " left",
        step.step(),
        step.steps(),
        step.epoch(),
        step.loss(),
        step.examplesPerSecond(),
        step.remaining().toSeconds());
  }

  @Override
  public void evaluated(Evaluated evaluation) throws IOException {
    tell(
        "step %d of %d, epoch %.2f: evaluated in %.1f s: %s",
        evaluation.step(),
        steps,
        evaluation.epoch(),
        evaluation.duration().toMillis() / 1e3,
        text(evaluation.metrics()));
  }

  @Override
  public void saved(int step) {
    tell("step %d of %d: a checkpoint is written", step, steps);
  }

  @Override
  public void epochEnded(Epoch epoch) throws IOException {
    tell(
        "epoch %d ended at step %d of %d after %.1f s: training loss %.4f",
        epoch.epoch(),
        epoch.step(),
        steps,
        epoch.duration().toMillis() / 1e3,
        epoch.trainingLoss());
  }

  private static String text(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .map(m -> String.format(Locale.ROOT, "%s %.4f", m.getKey(), m.getValue()))
        .collect(Collectors.joining(", "));
  }

  private void tell(String format, Object... values) {
    if (log.isInfoEnabled()) {
      log.info("{}", String.format(Locale.ROOT, format, values));
    }
  }
}
