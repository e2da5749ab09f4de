package dev.afina;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ObjDoubleConsumer;
import java.util.stream.Stream;

/**
 * A hyperparameter search for {@link TextModelBuilder#search}: a grid of all combinations of given
 * values, or random combinations. Immutable: each method returns a new search.
 *
 * <pre>{@code
 * OptionSearch<ClassifierBuilder> search =
 *     OptionSearch.<ClassifierBuilder>random(20, 42)
 *         .logUniform("learning rate", ClassifierBuilder::learningRate, 1e-5, 2e-4)
 *         .values("batch size", ClassifierBuilder::batchSize, 8, 16, 32)
 *         .prune();
 * }</pre>
 *
 * @param <B> the builder whose options are set
 */
public final class OptionSearch<B> {
  /** As in Optuna's MedianPruner: the median of fewer trials means little. */
  private static final int TRIALS_BEFORE_PRUNING = 5;

  private static final int MOST_TRIALS = 100_000;

  private final OptionalInt randomTrials;
  private final long seed;
  private final List<Dimension<B>> dimensions;
  private final Optional<Duration> budget;
  private final OptionalInt trialsBeforePruning;

  private OptionSearch(
      OptionalInt randomTrials,
      long seed,
      List<Dimension<B>> dimensions,
      Optional<Duration> budget,
      OptionalInt trialsBeforePruning) {
    this.randomTrials = randomTrials;
    this.seed = seed;
    this.dimensions = List.copyOf(dimensions);
    this.budget = budget;
    this.trialsBeforePruning = trialsBeforePruning;
  }

  /** An option by name and the ways to set it. */
  private interface Dimension<B> {
    String name();

    /** How many values there are; 0 where they are drawn from a range. */
    int size();

    Setting<B> value(int index);

    Setting<B> draw(Random random);
  }

  /** One value of an option. */
  record Setting<B>(String name, String value, Consumer<B> set) {}

  private record Values<B>(String name, List<Setting<B>> values) implements Dimension<B> {
    @Override
    public int size() {
      return values.size();
    }

    @Override
    public Setting<B> value(int index) {
      return values.get(index);
    }

    @Override
    public Setting<B> draw(Random random) {
      return values.get(random.nextInt(values.size()));
    }
  }

  private record Range<B>(
      String name, ObjDoubleConsumer<? super B> set, double from, double to, boolean logarithmic)
      implements Dimension<B> {
    @Override
    public int size() {
      return 0;
    }

    @Override
    public Setting<B> value(int index) {
      throw new IllegalStateException("a range has no values by number");
    }

    @Override
    public Setting<B> draw(Random random) {
      double share = random.nextDouble();
      double value =
          logarithmic
              ? Math.exp(Math.log(from) + share * (Math.log(to) - Math.log(from)))
              : from + share * (to - from);
      double inside = Math.min(to, Math.max(from, value));
      return new Setting<>(
          name, String.format(Locale.ROOT, "%.4g", inside), b -> set.accept(b, inside));
    }
  }

  /** A grid search: all combinations of the values; the values of the last option vary fastest. */
  public static <B> OptionSearch<B> grid() {
    return new OptionSearch<>(
        OptionalInt.empty(), 0, List.of(), Optional.empty(), OptionalInt.empty());
  }

  /**
   * A random search: random combinations, none of them twice.
   *
   * @param trials the number of trials, 1 to 100,000; fewer if there are not as many combinations
   * @param seed the seed of the random choice
   */
  public static <B> OptionSearch<B> random(int trials, long seed) {
    if (trials < 1 || trials > MOST_TRIALS) {
      throw new IllegalArgumentException(
          "search: trials: expected 1 to %s, got %s".formatted(MOST_TRIALS, trials));
    }
    return new OptionSearch<>(
        OptionalInt.of(trials), seed, List.of(), Optional.empty(), OptionalInt.empty());
  }

  /**
   * Adds an option with a list of values.
   *
   * @param name the name in tables and results
   * @param set sets a value, such as {@code ClassifierBuilder::batchSize}
   * @param values one or more, whose {@code toString()} must differ
   */
  @SafeVarargs
  public final <T> OptionSearch<B> values(
      String name, BiConsumer<? super B, ? super T> set, T... values) {
    Objects.requireNonNull(set, name);
    Set<String> written = new HashSet<>();
    List<Setting<B>> settings = new ArrayList<>();
    for (T value : values) {
      String text = Objects.requireNonNull(value, name).toString();
      if (!written.add(text)) {
        throw new IllegalArgumentException("search: %s: %s is given twice".formatted(name, text));
      }
      settings.add(new Setting<>(name, text, builder -> set.accept(builder, value)));
    }
    if (settings.isEmpty()) {
      throw new IllegalArgumentException("search: %s: no values given".formatted(name));
    }
    return with(new Values<>(name, List.copyOf(settings)));
  }

  /**
   * Adds an option with values drawn uniformly from a range; for random searches only.
   *
   * @param name the name in tables and results
   * @param set sets a value, such as {@code ClassifierBuilder::dropout}
   * @param from the lower end
   * @param to the upper end, over {@code from}
   * @throws IllegalArgumentException if the range is invalid, or this is a grid search
   */
  public OptionSearch<B> uniform(
      String name, ObjDoubleConsumer<? super B> set, double from, double to) {
    return with(range(name, set, from, to, false));
  }

  /**
   * Adds an option with values drawn uniformly on a logarithmic scale, as is usual for learning
   * rates; for random searches only.
   *
   * @param name the name in tables and results
   * @param set sets a value, such as {@code ClassifierBuilder::learningRate}
   * @param from the lower end, over 0
   * @param to the upper end, over {@code from}
   * @throws IllegalArgumentException if the range is invalid, or this is a grid search
   */
  public OptionSearch<B> logUniform(
      String name, ObjDoubleConsumer<? super B> set, double from, double to) {
    if (!(from > 0)) {
      throw new IllegalArgumentException(
          "search: %s: a logarithmic range begins over 0, got %s".formatted(name, from));
    }
    return with(range(name, set, from, to, true));
  }

  private Range<B> range(
      String name, ObjDoubleConsumer<? super B> set, double from, double to, boolean logarithmic) {
    Objects.requireNonNull(set, name);
    if (!(from < to && Double.isFinite(from) && Double.isFinite(to))) {
      throw new IllegalArgumentException(
          "search: %s: expected a range from less to more, got %s to %s".formatted(name, from, to));
    }
    if (randomTrials.isEmpty()) {
      throw new IllegalArgumentException(
          "search: %s: a grid needs values(...); ranges are for random(trials, seed)"
              .formatted(name));
    }
    return new Range<>(name, set, from, to, logarithmic);
  }

  private OptionSearch<B> with(Dimension<B> dimension) {
    Names.requireName("search", dimension.name());
    if (dimensions.stream().anyMatch(d -> d.name().equals(dimension.name()))) {
      throw new IllegalArgumentException(
          "search: \"%s\" is there already".formatted(dimension.name()));
    }
    List<Dimension<B>> more = new ArrayList<>(dimensions);
    more.add(dimension);
    return new OptionSearch<>(randomTrials, seed, more, budget, trialsBeforePruning);
  }

  /**
   * Sets a time limit for all trials together, from the start of the first one. After it no trial
   * starts, and the running one ends with its current update, as {@link Trial.End#STOPPED}.
   * Default: none.
   */
  public OptionSearch<B> budget(Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("search: budget: expected a time over 0, got " + time);
    }
    return new OptionSearch<>(
        randomTrials, seed, dimensions, Optional.of(time), trialsBeforePruning);
  }

  /**
   * Ends unpromising trials by the median rule of Optuna's {@code MedianPruner}: after an
   * evaluation, a trial is ended if its best value so far is worse than the median of the complete
   * trials' values at the same evaluation. No trial is ended before 5 are complete. A NaN counts
   * for nothing, but a trial that has no other value is ended. To save time with it, evaluate often
   * ({@link TextModelBuilder#evaluateEvery}). Default: no pruning.
   */
  public OptionSearch<B> prune() {
    return pruneAfter(TRIALS_BEFORE_PRUNING);
  }

  /**
   * As {@link #prune()}, with another number of complete trials before the first is ended.
   *
   * @param trials that number, 1 or more
   */
  public OptionSearch<B> pruneAfter(int trials) {
    if (trials < 1) {
      throw new IllegalArgumentException("search: pruneAfter: expected 1 or more, got " + trials);
    }
    return new OptionSearch<>(randomTrials, seed, dimensions, budget, OptionalInt.of(trials));
  }

  Optional<Duration> budget() {
    return budget;
  }

  /** How many trials are complete before one is ended; empty where none ever is. */
  OptionalInt trialsBeforePruning() {
    return trialsBeforePruning;
  }

  /** The settings of each trial, in the order to try them. */
  List<List<Setting<B>>> trials() {
    if (dimensions.isEmpty()) {
      throw new IllegalArgumentException("search: no options to try; call values(...)");
    }
    boolean finite = dimensions.stream().noneMatch(d -> d.size() == 0);
    if (randomTrials.isEmpty()) {
      if (combinations() > MOST_TRIALS) {
        throw new IllegalArgumentException(
            "search: the grid has more than %s combinations; try random(trials, seed)"
                .formatted(MOST_TRIALS));
      }
      return grid(0);
    }
    Random random = new Random(seed);
    if (!finite) { // of numbers in a range none comes twice
      return Stream.generate(() -> draw(random)).limit(randomTrials.getAsInt()).toList();
    }
    int wanted = (int) Math.min(randomTrials.getAsInt(), combinations());
    Map<List<String>, List<Setting<B>>> drawn = new LinkedHashMap<>();
    while (drawn.size() < wanted) {
      List<Setting<B>> trial = draw(random);
      drawn.putIfAbsent(trial.stream().map(Setting::value).toList(), trial);
    }
    return List.copyOf(drawn.values());
  }

  private List<Setting<B>> draw(Random random) {
    return dimensions.stream().map(dimension -> dimension.draw(random)).toList();
  }

  private double combinations() {
    return dimensions.stream().mapToDouble(Dimension::size).reduce(1, (a, b) -> a * b);
  }

  private List<List<Setting<B>>> grid(int dimension) {
    if (dimension == dimensions.size()) {
      return List.of(List.of());
    }
    List<List<Setting<B>>> all = new ArrayList<>();
    for (int i = 0; i < dimensions.get(dimension).size(); i++) {
      for (List<Setting<B>> rest : grid(dimension + 1)) {
        List<Setting<B>> trial = new ArrayList<>();
        trial.add(dimensions.get(dimension).value(i));
        trial.addAll(rest);
        all.add(trial);
      }
    }
    return all;
  }
}
