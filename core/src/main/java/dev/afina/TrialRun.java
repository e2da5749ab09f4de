package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.internal.checkpoint.AtomicFolder;
import dev.afina.internal.tuning.MedianRule;
import dev.afina.internal.tuning.Vote;
import dev.afina.training.TrainingControl;
import dev.afina.training.TrainingDivergedException;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs several trainings of one builder, one after the other, and keeps the best model.
 *
 * @param <B> the builder
 * @param <M> the model
 */
final class TrialRun<B extends TextModelBuilder<B, M, ?, ?>, M extends TextModel<?, ?>>
    implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TrialRun.class);

  /** The budget of a training that is to end with its first update. */
  private static final Duration SHORTEST = Duration.ofMillis(1);

  private final String what;
  private final FitSettings settings;
  private final Optional<MedianRule> rule;
  private final Optional<Duration> budget;
  private final String metric;
  private final boolean greaterIsBetter;
  private long begun;
  private final List<Trial> trials = new ArrayList<>();
  private @Nullable Trial best;
  private @Nullable M model;

  /**
   * @param what the name of the run in messages
   * @param settings those of the builder
   * @throws IllegalArgumentException if there is no metric to choose the best by
   * @throws IllegalStateException if a checkpoints folder is set
   */
  TrialRun(String what, FitSettings settings, OptionSearch<B> search) {
    this.what = what;
    this.settings = settings;
    if (settings.checkpoints != null) {
      throw new IllegalStateException(
          what
              + ": many trainings cannot share the checkpoints in "
              + settings.checkpoints
              + "; call it without checkpoints(...)");
    }
    if (settings.validation == null || settings.options.evaluation().keepBest().isEmpty()) {
      throw new IllegalArgumentException(
          what + ": needs validation(...) and keepBest(metric), by which the best is chosen");
    }
    this.metric = settings.options.evaluation().keepBest().get();
    this.greaterIsBetter = settings.options.evaluation().greaterIsBetter();
    this.budget = search.budget();
    this.rule =
        search.trialsBeforePruning().isPresent()
            ? Optional.of(new MedianRule(greaterIsBetter, search.trialsBeforePruning().getAsInt()))
            : Optional.empty();
  }

  /** Follows one trial: records its metrics, and ends it if it is hopeless. */
  private final class Watch implements TrainingListener {
    private final TrainingControl control;
    private final List<Double> values = new ArrayList<>();
    private Map<String, Double> metrics = Map.of();
    private int steps;
    private boolean pruned;

    Watch(TrainingControl control) {
      this.control = control;
    }

    @Override
    public void stepped(Step step) {
      steps = step.step();
    }

    @Override
    public void evaluated(Evaluated evaluation) {
      values.add(evaluation.metrics().getOrDefault(metric, Double.NaN));
      if (evaluation.best()) {
        metrics = evaluation.metrics();
      }
      if (!pruned && rule.filter(r -> r.isHopeless(values)).isPresent()) {
        pruned = true;
        control.stop();
      }
    }
  }

  /**
   * Runs the trials.
   *
   * @param builder copied for each trial
   * @return the trials with the best model, which the caller closes
   * @throws TrainingDivergedException if all of them diverged
   */
  Trials<M> run(B builder, Dataset train, List<List<OptionSearch.Setting<B>>> all)
      throws IOException {
    List<B> trainings = all.stream().map(chosen -> chosenBy(builder, chosen)).toList();
    trainings.forEach(training -> training.checkTrial(what));
    if (isWriter()) {
      AtomicFolder.prepare(Objects.requireNonNull(settings.output)); // before hours of training
    }
    builder.checkTrials(trainings, train); // and not each at its turn, when others have run
    begun = System.nanoTime(); // the checks may have downloaded much
    TrainingDivergedException problem = null;
    for (int i = 0; i < all.size() && goesOn(); i++) {
      try {
        runOne(builder, train, all.get(i));
      } catch (TrainingDivergedException e) {
        problem = e;
      }
      log.info("trial {} of {}: {}", i + 1, all.size(), trials.get(i));
    }
    Trial found = best;
    M kept = model;
    if (found == null || kept == null) {
      if (problem != null) {
        throw problem;
      }
      throw new IllegalStateException("stopped before the first trial");
    }
    model = null; // now the caller's
    return new Trials<>(trials, found, metric, kept);
  }

  /**
   * A budget never ends the search before its first trial, which is then short. The processes of a
   * group decide it together, because their clocks and controls differ.
   */
  private boolean goesOn() throws IOException {
    boolean isSpent = budget.filter(b -> left(b).equals(SHORTEST)).isPresent();
    boolean isOver = settings.control.isStopped() || (isSpent && !trials.isEmpty());
    return !Vote.any(settings.group, isOver);
  }

  private boolean isWriter() {
    return settings.output != null && settings.group.rank() == 0;
  }

  private Duration left(Duration whole) {
    Duration left = whole.minusNanos(System.nanoTime() - begun);
    return left.compareTo(SHORTEST) < 0 ? SHORTEST : left;
  }

  private B chosenBy(B builder, List<OptionSearch.Setting<B>> chosen) {
    B copy = builder.copy();
    chosen.forEach(setting -> setting.set().accept(copy));
    return copy;
  }

  private void runOne(B builder, Dataset train, List<OptionSearch.Setting<B>> chosen)
      throws IOException {
    B copy = chosenBy(builder, chosen);
    Map<String, String> options = new LinkedHashMap<>();
    chosen.forEach(setting -> options.put(setting.name(), setting.value()));
    TrainingControl control = settings.control.forPart();
    Watch watch = new Watch(control);
    TrainingListener listener = TrainingListener.all(settings.listener, watch);
    boolean sharesTime =
        Vote.any(settings.group, copy.forTrial(control, listener, budget.map(this::left)));
    long start = System.nanoTime();
    int number = trials.size() + 1;
    try {
      M trained = copy.fit(train);
      Duration duration = Duration.ofNanos(System.nanoTime() - start);
      Trial trial =
          new Trial(
              number,
              options,
              watch.pruned ? Trial.End.PRUNED : end(trained, sharesTime),
              watch.metrics,
              watch.steps,
              duration,
              "");
      trials.add(trial);
      if (trial.end() == Trial.End.COMPLETE) {
        rule.ifPresent(r -> r.completed(watch.values));
      }
      offer(trial, trained);
    } catch (TrainingDivergedException e) {
      Duration duration = Duration.ofNanos(System.nanoTime() - start);
      String what = String.valueOf(e.getMessage());
      trials.add(
          new Trial(number, options, Trial.End.DIVERGED, Map.of(), watch.steps, duration, what));
      throw e;
    }
  }

  /**
   * How a trial ended that was not pruned.
   *
   * @param sharesTime whether its time was that of the whole run
   */
  private Trial.End end(M trained, boolean sharesTime) {
    TrainingResult.End end = trained.training().orElseThrow().end();
    boolean isCut =
        end == TrainingResult.End.STOPPED || (end == TrainingResult.End.TIME_BUDGET && sharesTime);
    return isCut ? Trial.End.STOPPED : Trial.End.COMPLETE;
  }

  /** Keeps the model if it is the best so far, otherwise closes it. */
  private void offer(Trial trial, M trained) throws IOException {
    Trial before = best;
    if (trial.end() == Trial.End.PRUNED || (before != null && !isBetter(trial, before))) {
      trained.close();
      return;
    }
    M old = model;
    best = trial;
    model = trained;
    if (old != null) {
      old.close();
    }
    if (isWriter()) {
      trained.save(Objects.requireNonNull(settings.output));
    }
  }

  private boolean isBetter(Trial a, Trial b) {
    double x = a.metrics().getOrDefault(metric, Double.NaN);
    double y = b.metrics().getOrDefault(metric, Double.NaN);
    if (Double.isNaN(y)) {
      return !Double.isNaN(x);
    }
    return greaterIsBetter ? x > y : x < y;
  }

  /** Frees the best model if the caller did not get it. */
  @Override
  public void close() {
    if (model != null) {
      model.close();
      model = null;
    }
  }
}
