package dev.afina.training;

import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs a training through SLF4J at level INFO, one line per event: the plan, the loss every {@link
 * TrainingOptions#loggingSteps()} updates, evaluations within epochs, checkpoints, and the end.
 *
 * <pre>{@code
 * Classifier.builder().checkpoint("distilbert-base-uncased").listener(LogListener.standard()).fit(train);
 * }</pre>
 *
 * <p>It does not log the end of an epoch and its evaluation, because the {@link Trainer} always
 * does. For one training at a time; not thread safe.
 */
public final class LogListener implements TrainingListener {
  private final Logger log;
  private int steps;
  private @Nullable Step last;
  private @Nullable Evaluated evaluated; // not yet told, because the epoch may end here

  private LogListener(Logger log) {
    this.log = log;
  }

  /** A listener that writes to the logger of this class. */
  public static LogListener standard() {
    return to(LoggerFactory.getLogger(LogListener.class));
  }

  /** A listener that writes to the given logger. */
  public static LogListener to(Logger log) {
    return new LogListener(Objects.requireNonNull(log, "log"));
  }

  @Override
  public void started(Plan plan) {
    steps = plan.steps();
    last = null;
    evaluated = null;
    tell(
        "training begins: %,d examples, %d steps, %d an epoch, %d of warmup, %,d parameters",
        plan.examples(), plan.steps(), plan.stepsPerEpoch(), plan.warmupSteps(), plan.parameters());
  }

  @Override
  public void stepped(Step step) {
    tellEvaluation();
    last = step;
  }

  @Override
  public void logged(TrainingState.LogEntry entry) {
    Step step = last;
    tell(
        "step %d of %d, epoch %.2f: loss %.4f, gradient norm %.3g, learning rate %.2e%s",
        entry.step(),
        steps,
        entry.epoch(),
        entry.values().getOrDefault("loss", Double.NaN),
        entry.values().getOrDefault("grad_norm", Double.NaN),
        entry.values().getOrDefault("learning_rate", Double.NaN),
        step == null
            ? ""
            : String.format(
                Locale.ROOT,
                "; %.1f examples/s, %d s left",
                step.examplesPerSecond(),
                step.remaining().toSeconds()));
  }

  @Override
  public void evaluated(Evaluated evaluation) {
    evaluated = evaluation;
  }

  @Override
  public void epochEnded(Epoch epoch) throws IOException {
    evaluated = null; // the trainer tells it
  }

  @Override
  public void saved(int step) {
    tellEvaluation();
    tell("step %d of %d: a checkpoint is written", step, steps);
  }

  @Override
  public void finished(TrainingResult result) {
    tell(
        "training ended at step %d of %d (%s) after %.1f s: mean loss %.4f, %.1f examples/s%s",
        result.steps(),
        steps,
        result.end(),
        result.duration().toMillis() / 1e3,
        result.trainingLoss(),
        result.examplesPerSecond(),
        result.best().step() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                "; the weights of step %d are kept, at %.4f",
                result.best().step(),
                result.best().value()));
  }

  private void tellEvaluation() {
    Evaluated evaluation = evaluated;
    if (evaluation != null) {
      evaluated = null;
      tell(
          "step %d of %d, epoch %.2f: evaluated in %.1f s: %s",
          evaluation.step(),
          steps,
          evaluation.epoch(),
          evaluation.duration().toMillis() / 1e3,
          evaluation.metrics().entrySet().stream()
              .map(m -> String.format(Locale.ROOT, "%s %.4f", m.getKey(), m.getValue()))
              .collect(Collectors.joining(", ")));
    }
  }

  private void tell(String format, Object... values) {
    if (log.isInfoEnabled()) {
      log.info("{}", String.format(Locale.ROOT, format, values));
    }
  }
}
