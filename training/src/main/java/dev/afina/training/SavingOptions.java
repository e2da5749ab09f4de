package dev.afina.training;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * When training checkpoints are written and how many are kept. These options do not affect the
 * resulting weights. Immutable: each method that sets a value returns new options.
 */
public final class SavingOptions {
  private static final Option<Integer> EVERY_STEPS =
      Option.count("saveEvery", null).withoutEffectOnWeights();
  private static final Option<Integer> LIMIT =
      Option.count("saveLimit", null).withoutEffectOnWeights();

  /** Every option at its default. */
  static final SavingOptions STANDARD = new SavingOptions(Settings.of(EVERY_STEPS, LIMIT));

  private final Settings settings;

  private SavingOptions(Settings settings) {
    this.settings = settings;
  }

  /**
   * The number of updates between two checkpoints, 1 or more. Default: one checkpoint at the end of
   * each epoch. The last update is always followed by a checkpoint, also if the training is stopped
   * or ends early.
   */
  public OptionalInt everySteps() {
    Integer steps = settings.value(EVERY_STEPS);
    return steps == null ? OptionalInt.empty() : OptionalInt.of(steps);
  }

  /** Sets {@link #everySteps()}. */
  public SavingOptions everySteps(int value) {
    return new SavingOptions(settings.with(EVERY_STEPS, value));
  }

  /**
   * The number of checkpoints to keep, 1 or more. Older ones are deleted once a newer one is
   * complete, except the one with the best weights. Default: all are kept.
   */
  public OptionalInt limit() {
    Integer limit = settings.value(LIMIT);
    return limit == null ? OptionalInt.empty() : OptionalInt.of(limit);
  }

  /** Sets {@link #limit()}. */
  public SavingOptions limit(int value) {
    return new SavingOptions(settings.with(LIMIT, value));
  }

  SavingOptions and(SavingOptions others) {
    return new SavingOptions(settings.and(others.settings));
  }

  List<OptionValue> all() {
    return settings.all();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SavingOptions that && settings.equals(that.settings);
  }

  @Override
  public int hashCode() {
    return Objects.hash(settings);
  }

  @Override
  public String toString() {
    return settings.toString();
  }
}
