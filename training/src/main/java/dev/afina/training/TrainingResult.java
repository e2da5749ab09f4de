package dev.afina.training;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a training did.
 *
 * @param steps updates done
 * @param trainingLoss mean loss of all updates
 * @param examplesPerSecond training examples a second, evaluations left out
 * @param duration of the whole training, evaluations included
 * @param epochs what each epoch gave; the last one marked {@code best} holds the weights kept
 */
public record TrainingResult(
    int steps,
    double trainingLoss,
    double examplesPerSecond,
    Duration duration,
    List<TrainingListener.Epoch> epochs) {

  public TrainingResult {
    epochs = List.copyOf(epochs);
  }

  /**
   * A table with a row an epoch: training loss, the validation metrics, seconds; an asterisk marks
   * the epoch whose weights were kept.
   */
  public String table() {
    StringBuilder table = new StringBuilder();
    if (epochs.isEmpty()) {
      return "";
    }
    table.append(String.format(Locale.ROOT, "%5s  %8s  %13s", "epoch", "step", "training_loss"));
    Map<String, Double> columns = epochs.get(0).metrics();
    columns.keySet().forEach(name -> table.append("  ").append(column(name, name)));
    table.append(String.format(Locale.ROOT, "  %8s%n", "seconds"));
    int kept = -1;
    for (int i = 0; i < epochs.size(); i++) {
      kept = epochs.get(i).best() ? i : kept;
    }
    for (int i = 0; i < epochs.size(); i++) {
      TrainingListener.Epoch e = epochs.get(i);
      table.append(
          String.format(Locale.ROOT, "%5d  %8d  %13.4f", e.epoch(), e.step(), e.trainingLoss()));
      e.metrics()
          .forEach(
              (name, value) ->
                  table
                      .append("  ")
                      .append(column(name, String.format(Locale.ROOT, "%.4f", value))));
      table.append(
          String.format(
              Locale.ROOT, "  %8.1f%s%n", e.duration().toMillis() / 1e3, i == kept ? " *" : ""));
    }
    return table.toString();
  }

  private static String column(String name, String value) {
    return " ".repeat(Math.max(0, Math.max(8, name.length()) - value.length())) + value;
  }
}
