package dev.afina.training;

import dev.afina.internal.engine.Workers;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * How the work of a training is divided among the workers. Sums are in the order of the parts, so
 * the last bits of the weights depend on it.
 *
 * @param parts the maximum number of parts
 * @param isFixed whether each part is computed on one core even if there are more, so that machines
 *     with different numbers of cores give bit-identical results
 */
record Division(int parts, boolean isFixed) {

  /** One part per worker; if there are fewer parts, they share the remaining cores. */
  static Division ofAllWorkers() {
    return new Division(Workers.count(), false);
  }

  /** This many parts on one core each; {@link #ofAllWorkers()} if empty. */
  static Division of(OptionalInt workers) {
    return workers.isPresent() ? new Division(workers.getAsInt(), true) : ofAllWorkers();
  }

  /** Computes parts in parallel; see {@link Workers#run}. */
  <T> List<T> run(List<Supplier<T>> work) {
    return isFixed ? Workers.run(work, 1) : Workers.run(work);
  }
}
