package dev.afina.examples.cli;

import dev.afina.training.TrainingListener;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows a training on the console: on a terminal a bar for each epoch, elsewhere a line now and
 * then without control characters, for log files; after each epoch what it gave.
 *
 * <p>The loss shown is a running mean, because that of a single batch jumps.
 */
public final class Progress implements TrainingListener, AutoCloseable {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
  private static final double MEMORY = 0.95; // about the last 20 steps

  private final PrintStream out;
  private final boolean terminal;
  private final List<String> shown;
  private final long lineNanos;

  private int epochs;
  private int stepsPerEpoch;
  private double lossSum;
  private double lossWeight;
  private long lastLine = System.nanoTime();
  private int savedEpoch;
  private @Nullable EpochBar bar;

  /**
   * On a terminal or not.
   *
   * @param shown the metrics of an epoch's line
   */
  public Progress(PrintStream out, boolean terminal, List<String> shown) {
    this(out, terminal, shown, BETWEEN_LINES);
  }

  Progress(PrintStream out, boolean terminal, List<String> shown, Duration betweenLines) {
    this.out = out;
    this.terminal = terminal;
    this.shown = shown;
    this.lineNanos = betweenLines.toNanos();
  }

  /** The last epoch whose weights are in the output folder; 0 before there is one. */
  public int savedEpoch() {
    return savedEpoch;
  }

  @Override
  public void started(Plan plan) {
    stepsPerEpoch = plan.stepsPerEpoch();
    epochs = (plan.steps() + stepsPerEpoch - 1) / stepsPerEpoch;
    out.printf(
        Locale.ROOT,
        "training %,d weights on %,d texts: %s, %s%s%n",
        plan.parameters(),
        plan.examples(),
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
    if (epoch.best()) {
      savedEpoch = epoch.epoch();
    }
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "epoch %d/%d: training loss %.4f",
            epoch.epoch(),
            epochs,
            epoch.trainingLoss()));
    Map<String, Double> metrics = epoch.metrics();
    if (!metrics.isEmpty()) {
      line.append("; validation");
      String separator = " ";
      for (String name : shown) {
        if (!metrics.containsKey(name)) { // undefined for what was predicted
          continue;
        }
        line.append(separator).append(name.replace('_', ' '));
        line.append(String.format(Locale.ROOT, " %.4f", metrics.get(name)));
        separator = ", ";
      }
    }
    out.println(line);
    lastLine = System.nanoTime();
  }

  /** Ends the line of the bar, if one is being drawn; more may follow. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  private void draw(Step step, int epoch, String figures) {
    int stepsBefore = (epoch - 1) * stepsPerEpoch;
    if (bar == null) {
      int ofThisEpoch = Math.min(stepsPerEpoch, step.steps() - stepsBefore);
      bar = new EpochBar(out, "epoch " + epoch + "/" + epochs, ofThisEpoch);
    }
    bar.draw(step.step() - stepsBefore, figures);
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
