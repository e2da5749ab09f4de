package dev.afina;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One training of a {@link TextModelBuilder#search search} or of {@link TextModelBuilder#restarts
 * restarts}: its options and its result. Immutable.
 *
 * @param number its number, from 1
 * @param options the options that were set, by name; unmodifiable
 * @param end how it ended
 * @param metrics the metrics of the validation data for the weights that were kept, by name; empty
 *     if it failed; unmodifiable
 * @param steps the number of updates
 * @param duration the duration of the training
 * @param problem what went wrong; empty if nothing did
 */
public record Trial(
    int number,
    Map<String, String> options,
    End end,
    Map<String, Double> metrics,
    int steps,
    Duration duration,
    String problem) {

  public Trial {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /** How a trial ended. */
  public enum End {
    /** It ran to its end, or was stopped early by its own options. */
    COMPLETE,
    /**
     * It was cut short from outside, by the {@linkplain OptionSearch#budget(Duration) time for all
     * trials} or a {@linkplain TextModelBuilder#control stop}, before its last update. It may be
     * the best, but does not count for {@link Trials#mean} and {@link Trials#deviation}.
     */
    STOPPED,
    /** It was ended because it was worse than complete trials; see {@link OptionSearch#prune()}. */
    PRUNED,
    /** Its loss or its weights were not finite. */
    DIVERGED
  }
}
