package dev.afina.robustness.mutation;

import java.util.Map;
import java.util.TreeMap;

/**
 * A target with some of its files changed.
 *
 * @param name the number of a random mutation, the name of a fixed one
 * @param entries what stands at the changed paths
 * @param description in one line
 * @param neutral whether the files still mean the same, so that the result must stay
 */
record Mutation(
    String name, Target target, Map<String, Entry> entries, String description, boolean neutral) {
  Mutation {
    entries = new TreeMap<>(entries);
  }

  @Override
  public String toString() {
    return "mutation %s, %s: %s".formatted(name, target.name(), description);
  }
}
