package dev.afina.training;

import dev.afina.internal.engine.Terminal;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of a training to people: on a terminal, a bar for each epoch; elsewhere, such
 * as in log files, a line every ten seconds without control characters. After each epoch it prints
 * the metrics.
 *
 * <pre>{@code
 * Classifier.builder().checkpoint("distilbert-base-uncased").listener(ProgressBar.onConsole()).fit(train);
 * }</pre>
 *
 * <pre>
 * training 66,956,548 weights on 3,257 texts: 3 epochs, 1,224 steps
 * epoch 1/3 [========              ]  36% loss 0.8131, rate 4.4e-05, 38.2 texts/s, 3:41 left
 * </pre>
 *
 * <p>The loss is a running mean over about 20 updates, because single losses fluctuate. Close it if
 * a training may fail, so that the next output starts on a new line. For one training at a time;
 * not thread safe.
 */
public final class ProgressBar implements TrainingListener, AutoCloseable {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
  private static final double MEMORY = 0.95;

  private final PrintStream out;
  private final boolean terminal;
  private final @Nullable List<String> shown;
  private final long lineNanos;

  private int epochs;
  private int stepsPerEpoch;
  private double lossSum;
  private double lossWeight;
  private long lastLine = System.nanoTime();
  private @Nullable BarLine bar;

  ProgressBar(
      PrintStream out, boolean terminal, @Nullable List<String> shown, Duration betweenLines) {
    this.out = Objects.requireNonNull(out, "out");
    this.terminal = terminal;
    this.shown = shown;
    this.lineNanos = betweenLines.toNanos();
  }

  /**
   * Writes to standard error, which keeps the program's output clean: a bar if it is a terminal
   * that can redraw a line (TERM is not {@code dumb}), otherwise lines.
   */
  public static ProgressBar onConsole() {
    return Terminal.isStandardError() ? drawnOn(System.err) : linesTo(System.err);
  }

  /** Draws a bar on a terminal, redrawn with carriage returns. */
  public static ProgressBar drawnOn(PrintStream terminal) {
    return new ProgressBar(terminal, true, null, BETWEEN_LINES);
  }

  /** Writes a line every ten seconds, without control characters. */
  public static ProgressBar linesTo(PrintStream out) {
    return new ProgressBar(out, false, null, BETWEEN_LINES);
  }

  /**
   * Returns the same bar with only these metrics in the line of an epoch, in this order. A metric
   * that was not measured is left out. Default: all metrics.
   */
  public ProgressBar showing(String... metrics) {
    for (String metric : Objects.requireNonNull(metrics, "metrics")) {
      Objects.requireNonNull(metric, "metric");
    }
    return new ProgressBar(out, terminal, List.of(metrics), Duration.ofNanos(lineNanos));
  }

  @Override
  public void started(Plan plan) {
    close(); // the bar of a training that failed
    lastLine = System.nanoTime();
    lossSum = 0;
    lossWeight = 0;
    stepsPerEpoch = plan.stepsPerEpoch();
    epochs = (plan.steps() + stepsPerEpoch - 1) / stepsPerEpoch;
    out.printf(
        Locale.ROOT,
        "training %,d weights on %s: %s, %s%s%n",
        plan.parameters(),
        count(plan.examples(), "text"),
        count(epochs, "epoch"),
        count(plan.steps(), "step"),
        plan.warmupSteps() == 0 ? "" : ", " + count(plan.warmupSteps(), "step") + " of warmup");
  }

  @Override
  public void stepped(Step step) {
    lossSum = MEMORY * lossSum + (1 - MEMORY) * step.loss();
    lossWeight = MEMORY * lossWeight + (1 - MEMORY);
    String figures =
        String.format(
            Locale.ROOT,
            "loss %.4f, rate %.1e, %.1f texts/s, %s left",
            lossSum / lossWeight,
            step.learningRate(),
            step.examplesPerSecond(),
            clock(step.remaining()));
    int epoch = (step.step() - 1) / stepsPerEpoch + 1;
    if (terminal) {
      draw(step, epoch, figures);
    } else if (System.nanoTime() - lastLine >= lineNanos) {
      lastLine = System.nanoTime();
      out.printf(
          Locale.ROOT,
          "epoch %d/%d, step %d/%d: %s%n",
          epoch,
          epochs,
          step.step(),
          step.steps(),
          figures);
    }
  }

  @Override
  public void epochEnded(Epoch epoch) {
    close();
    String metrics = metrics(epoch.metrics());
    out.printf(
        Locale.ROOT,
        "epoch %d/%d: training loss %.4f%s%n",
        epoch.epoch(),
        epochs,
        epoch.trainingLoss(),
        metrics.isEmpty() ? "" : "; validation " + metrics);
    lastLine = System.nanoTime();
  }

  /** Ends the line of the bar, if one is being drawn; more may follow. */
  @Override
  public void close() {
    if (bar != null) {
      bar.end();
      bar = null;
    }
  }

  private String metrics(Map<String, Double> metrics) {
    return (shown == null ? metrics.keySet() : shown)
        .stream()
            .filter(metrics::containsKey) // else undefined for what was predicted
            .map(
                name ->
                    String.format(
                        Locale.ROOT, "%s %.4f", name.replace('_', ' '), metrics.get(name)))
            .collect(Collectors.joining(", "));
  }

  private void draw(Step step, int epoch, String figures) {
    int stepsBefore = (epoch - 1) * stepsPerEpoch;
    int ofThisEpoch = Math.min(stepsPerEpoch, step.steps() - stepsBefore);
    if (bar == null) {
      bar = new BarLine(out, "epoch " + epoch + "/" + epochs);
    }
    bar.draw((double) (step.step() - stepsBefore) / ofThisEpoch, figures);
  }

  private static String count(int number, String thing) {
    return String.format(Locale.ROOT, "%,d %s%s", number, thing, number == 1 ? "" : "s");
  }

  private static String clock(Duration time) {
    return time.toHours() > 0
        ? String.format(
            Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : String.format(Locale.ROOT, "%d:%02d", time.toMinutesPart(), time.toSecondsPart());
  }
}
