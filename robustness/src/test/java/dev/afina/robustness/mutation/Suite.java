package dev.afina.robustness.mutation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What a worker can try.
 *
 * @param targets of the random mutations
 * @param fixed mutations that have names, made when they are asked for
 */
record Suite(List<Target> targets, Map<String, Supplier<Mutation>> fixed) {
  Suite {
    targets = List.copyOf(targets);
    fixed = new TreeMap<>(fixed);
  }
}
