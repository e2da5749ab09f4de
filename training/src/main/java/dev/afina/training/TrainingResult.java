package dev.afina.training;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.internal.json.Members;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The result of a training: its losses and metrics over time, and why it ended. Immutable. Jackson
 * and Gson serialize it as {@link #asMap()}.
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public final class TrainingResult implements WrittenAsMap {
  private record Values(
      int steps,
      double trainingLoss,
      double examplesPerSecond,
      Duration duration,
      List<TrainingListener.Epoch> epochs,
      List<TrainingState.LogEntry> history,
      TrainingState.Best best,
      End end,
      Truncation truncation,
      Optional<String> uploadProblem) {}

  /** Why a training ended. */
  public enum End {
    /** All updates were done. */
    COMPLETE,
    /** The metric had not improved for {@link EvaluationOptions#patience()} evaluations. */
    NO_IMPROVEMENT,
    /** {@link TrainingOptions#timeBudget()} was used up. */
    TIME_BUDGET,
    /** {@link TrainingControl#stop()} was called. */
    STOPPED
  }

  private final Values values;

  private TrainingResult(Values values) {
    this.values = values;
  }

  /** Creates an instance, for tests. */
  public static TrainingResult of(
      int steps,
      double trainingLoss,
      double examplesPerSecond,
      Duration duration,
      List<TrainingListener.Epoch> epochs) {
    return of(
        steps,
        trainingLoss,
        examplesPerSecond,
        duration,
        epochs,
        List.of(),
        new TrainingState.Best(0, Double.NaN),
        End.COMPLETE,
        Truncation.none(0),
        Optional.empty());
  }

  static TrainingResult of(
      int steps,
      double trainingLoss,
      double examplesPerSecond,
      Duration duration,
      List<TrainingListener.Epoch> epochs,
      List<TrainingState.LogEntry> history,
      TrainingState.Best best,
      End end,
      Truncation truncation,
      Optional<String> uploadProblem) {
    return new TrainingResult(
        new Values(
            steps,
            trainingLoss,
            examplesPerSecond,
            duration,
            List.copyOf(epochs),
            List.copyOf(history),
            best,
            end,
            truncation,
            uploadProblem));
  }

  /** The number of updates done. */
  public int steps() {
    return values.steps();
  }

  /** The mean loss of all updates. */
  public double trainingLoss() {
    return values.trainingLoss();
  }

  /** The mean number of training examples per second, not counting evaluations. */
  public double examplesPerSecond() {
    return values.examplesPerSecond();
  }

  /** The duration of the whole training, evaluations included. */
  public Duration duration() {
    return values.duration();
  }

  /**
   * The results of each epoch. {@link #keptEpoch()} says which of them has the weights that were
   * kept. Unmodifiable.
   */
  public List<TrainingListener.Epoch> epochs() {
    return values.epochs();
  }

  /**
   * The epoch at whose end the weights were those that were kept. Empty if they are of a step
   * within an epoch, which {@link #best()} then names, or if no epoch has ended.
   */
  public Optional<TrainingListener.Epoch> keptEpoch() {
    return best().step() == 0
        ? epochs().stream().filter(TrainingListener.Epoch::best).reduce((before, last) -> last)
        : epochs().stream().filter(epoch -> epoch.step() == best().step()).findFirst();
  }

  /** All log entries and evaluations in chronological order. Unmodifiable. */
  public List<TrainingState.LogEntry> history() {
    return values.history();
  }

  /**
   * The evaluation whose weights were kept; its step is 0 without {@link
   * EvaluationOptions#keepBest()}, or if that metric was NaN in all evaluations.
   */
  public TrainingState.Best best() {
    return values.best();
  }

  /** The reason why the training ended. */
  public End end() {
    return values.end();
  }

  /** How many of the training examples were cut because they are too long, and by how much. */
  public Truncation truncation() {
    return values.truncation();
  }

  /**
   * How many uploads of checkpoints failed, and why the last of them did; empty if none failed. The
   * checkpoints themselves were written.
   */
  public Optional<String> uploadProblem() {
    return values.uploadProblem();
  }

  /**
   * The JSON form: {@code steps}, {@code end}, {@code seconds}, {@code examplesPerSecond}, {@code
   * trainingLoss}, {@code best} with {@code step} and {@code value} if a metric chose the weights,
   * {@code truncation} ({@link Truncation#asMap()}) if texts were cut, {@code uploadProblem} if
   * there was one, and the lists {@code epochs} ({@link TrainingListener.Epoch#asMap()}) and {@code
   * history} ({@code step}, {@code epoch} and {@code values} of each entry). Numbers that are not
   * finite are left out. Unmodifiable.
   */
  @Override
  public Map<String, Object> asMap() {
    return new Members()
        .with("steps", steps())
        .with("end", end().name())
        .with("seconds", WrittenAsMap.seconds(duration()))
        .with("examplesPerSecond", examplesPerSecond())
        .with("trainingLoss", trainingLoss())
        .with("best", best().step() == 0 ? null : asMap(best()))
        .with("truncation", truncation().cut() == 0 ? null : truncation().asMap())
        .with("uploadProblem", uploadProblem().orElse(null))
        .with("epochs", epochs().stream().map(TrainingListener.Epoch::asMap).toList())
        .with("history", history().stream().map(TrainingResult::asMap).toList())
        .asMap();
  }

  private static Map<String, Object> asMap(TrainingState.Best best) {
    return new Members().with("step", best.step()).with("value", best.value()).asMap();
  }

  private static Map<String, Object> asMap(TrainingState.LogEntry entry) {
    return new Members()
        .with("step", entry.step())
        .with("epoch", entry.epoch())
        .with("values", entry.values())
        .asMap();
  }

  /**
   * A table with one row per epoch: training loss, all validation metrics, seconds; "–" where an
   * epoch did not end with an evaluation. An asterisk marks the epoch whose weights were kept. If
   * they are of a step within an epoch, a line below names it instead. Empty if no epoch has ended.
   */
  public String table() {
    return table(measured());
  }

  /** The metrics of all epochs, in the order in which they come. */
  private Set<String> measured() {
    Set<String> names = new LinkedHashSet<>();
    epochs().forEach(epoch -> names.addAll(epoch.metrics().keySet()));
    return names;
  }

  /**
   * As {@link #table()}, but only with these validation metrics.
   *
   * @param metrics the names of the metrics; one that was not measured gets no column
   */
  public String table(Collection<String> metrics) {
    StringBuilder table = new StringBuilder();
    List<TrainingListener.Epoch> epochs = epochs();
    if (epochs.isEmpty()) {
      return "";
    }
    table.append(String.format(Locale.ROOT, "%5s  %8s  %13s", "epoch", "step", "training_loss"));
    List<String> columns = new ArrayList<>(measured());
    columns.retainAll(metrics);
    columns.forEach(name -> table.append("  ").append(column(name, name)));
    table.append(String.format(Locale.ROOT, "  %8s%n", "seconds"));
    Optional<TrainingListener.Epoch> kept = keptEpoch();
    for (TrainingListener.Epoch e : epochs) {
      table.append(
          String.format(Locale.ROOT, "%5d  %8d  %13.4f", e.epoch(), e.step(), e.trainingLoss()));
      for (String name : columns) {
        Double value = e.metrics().get(name);
        String cell = value == null ? "–" : String.format(Locale.ROOT, "%.4f", value);
        table.append("  ").append(column(name, cell));
      }
      String mark = kept.filter(e::equals).isPresent() ? " *" : "";
      table.append(String.format(Locale.ROOT, "  %8.1f%s%n", e.duration().toMillis() / 1e3, mark));
    }
    if (kept.isEmpty() && best().step() > 0) {
      table.append(
          String.format(
              Locale.ROOT,
              "the weights of step %d, in epoch %d, were kept: %.4f%n",
              best().step(),
              epochOf(best().step()),
              best().value()));
    }
    return table.toString();
  }

  private int epochOf(int step) {
    return epochs().stream()
        .filter(epoch -> epoch.step() >= step)
        .mapToInt(TrainingListener.Epoch::epoch)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TrainingResult that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return WrittenAsMap.text(this, values);
  }

  private static String column(String name, String value) {
    return " ".repeat(Math.max(0, Math.max(8, name.length()) - value.length())) + value;
  }
}
