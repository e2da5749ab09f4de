package dev.afina;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * The results of several trainings of one builder: {@link TextModelBuilder#restarts} with different
 * seeds, or {@link TextModelBuilder#search} with different options. Immutable.
 *
 * @param <M> the type of the models
 */
public final class Trials<M extends TextModel<?, ?>> {
  private final List<Trial> trials;
  private final Trial best;
  private final String metric;
  private final M model;

  Trials(List<Trial> trials, Trial best, String metric, M model) {
    this.trials = List.copyOf(trials);
    this.best = best;
    this.metric = metric;
    this.model = model;
  }

  /** All trials, in the order in which they ran. Unmodifiable. */
  public List<Trial> trials() {
    return trials;
  }

  /** The best trial by the metric of {@link TextModelBuilder#keepBest}. */
  public Trial best() {
    return best;
  }

  /** The model of the best trial. The caller closes it. */
  public M model() {
    return model;
  }

  /**
   * The mean of a metric over the trials that ran to their end ({@link Trial.End#COMPLETE}); NaN if
   * there is none.
   *
   * @param name the name of the metric, as in {@link EvaluationResult#metrics()}, or of a custom
   *     metric
   * @throws IllegalArgumentException if one of these trials has no such metric
   */
  public double mean(String name) {
    return values(name).average().orElse(Double.NaN);
  }

  /**
   * The sample standard deviation (divisor n − 1) of a metric over the trials that ran to their
   * end; NaN if there are fewer than two.
   *
   * @param name the name of the metric, as in {@link EvaluationResult#metrics()}, or of a custom
   *     metric
   * @throws IllegalArgumentException if one of these trials has no such metric
   */
  public double deviation(String name) {
    double mean = mean(name);
    if (Double.isNaN(mean)) {
      return Double.NaN;
    }
    double squares = values(name).map(value -> (value - mean) * (value - mean)).sum();
    return Math.sqrt(squares / (values(name).count() - 1));
  }

  private DoubleStream values(String name) {
    List<Trial> complete =
        trials.stream().filter(trial -> trial.end() == Trial.End.COMPLETE).toList();
    for (Trial trial : complete) {
      if (!trial.metrics().containsKey(name)) {
        throw new IllegalArgumentException(
            "metric \"%s\": trial %s has none, expected one of %s"
                .formatted(name, trial.number(), trial.metrics().keySet()));
      }
    }
    return complete.stream().mapToDouble(t -> Objects.requireNonNull(t.metrics().get(name)));
  }

  /** The trials as a table: number, options, metric, updates, seconds, and how each ended. */
  @Override
  public String toString() {
    Set<String> options = new LinkedHashSet<>();
    trials.forEach(trial -> options.addAll(trial.options().keySet()));
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("trial"));
    head.addAll(options);
    head.addAll(List.of(metric, "steps", "seconds", ""));
    rows.add(head);
    for (Trial trial : trials) {
      List<String> row = new ArrayList<>(List.of(Integer.toString(trial.number())));
      options.forEach(option -> row.add(trial.options().getOrDefault(option, "–")));
      Double value = trial.metrics().get(metric);
      row.add(value == null ? "–" : String.format(Locale.ROOT, "%.4f", value));
      row.add(Integer.toString(trial.steps()));
      row.add(String.format(Locale.ROOT, "%.1f", trial.duration().toMillis() / 1e3));
      row.add(end(trial));
      rows.add(row);
    }
    return table(rows);
  }

  private String end(Trial trial) {
    String end =
        trial.end() == Trial.End.COMPLETE ? "" : trial.end().name().toLowerCase(Locale.ROOT);
    if (!trial.equals(best)) {
      return end;
    }
    return end.isEmpty() ? "best" : "best, " + end;
  }

  private static String table(List<List<String>> rows) {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int c = column;
        int width = rows.stream().mapToInt(r -> r.get(c).length()).max().orElse(0);
        boolean last = column == row.size() - 1;
        line.append(column == 0 ? "" : "  ")
            .append(last ? "" : " ".repeat(width - row.get(column).length()))
            .append(row.get(column));
      }
      text.append(text.isEmpty() ? "" : "\n").append(line.toString().stripTrailing());
    }
    return text.toString();
  }
}
