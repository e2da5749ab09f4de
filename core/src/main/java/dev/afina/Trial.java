package dev.afina;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One of several trainings: what was set for it, and what came out.
 *
 * @param number from 1
 * @param options what was set, by name; unmodifiable
 * @param end how it ended
 * @param metrics those of the validation data at the weights that it kept, by name; empty where it
 *     failed. Unmodifiable
 * @param steps updates done
 * @param duration of the training
 * @param problem what went wrong; empty for nothing
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
    /** It came to its end, or was stopped early by its own options. */
    COMPLETE,
    /** It was hopeless beside the earlier ones. */
    PRUNED,
    /** Its loss or its weights were not finite. */
    DIVERGED
  }
}
