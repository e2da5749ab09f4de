package dev.afina.training;

import dev.afina.internal.engine.Workers;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * How the work of a training is divided among the workers. Sums have the order of the parts, so the
 * last bits of the weights depend on it.
 *
 * @param parts at most
 * @param isFixed whether each part is computed on one core, however many there are: then a machine
 *     with more cores computes the same bits
 */
record Division(int parts, boolean isFixed) {

  /** A part for each worker, and the cores that are left over to those that there are. */
  static Division ofAllWorkers() {
    return new Division(Workers.count(), false);
  }

  /** So many parts on one core each; empty for {@link #ofAllWorkers()}. */
  static Division of(OptionalInt workers) {
    return workers.isPresent() ? new Division(workers.getAsInt(), true) : ofAllWorkers();
  }

  /** Computes parts, see {@link Workers#run}. */
  <T> List<T> run(List<Supplier<T>> work) {
    return isFixed ? Workers.run(work, 1) : Workers.run(work);
  }
}
