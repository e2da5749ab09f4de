package dev.afina.robustness.mutation;

import dev.afina.robustness.mutation.Outcome.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** How the mutations of a run ended. Safe for use by threads at once. */
final class Report {
  private final Map<String, Map<Kind, Integer>> counts = new TreeMap<>();
  private final Map<String, Map<Kind, Integer>> ofNumbers = new TreeMap<>();
  private final Map<String, Outcome> outcomes = new TreeMap<>();
  private final List<Fault> faults = new ArrayList<>();

  /** A mutation that ended badly. */
  record Fault(String name, String target, String description, String detail) {
    @Override
    public String toString() {
      return "%s of %s: %s%n    %s".formatted(name, target, description, detail);
    }
  }

  synchronized void add(String name, String target, String description, Outcome outcome) {
    count(counts, target, outcome);
    if (name.chars().allMatch(Character::isDigit)) {
      count(ofNumbers, target, outcome);
    } else {
      outcomes.put(name, outcome);
    }
    if (outcome.kind() == Kind.FAULT) {
      faults.add(new Fault(name, target, description, outcome.detail()));
    }
  }

  private static void count(
      Map<String, Map<Kind, Integer>> counts, String target, Outcome outcome) {
    counts
        .computeIfAbsent(target, key -> new EnumMap<>(Kind.class))
        .merge(outcome.kind(), 1, Integer::sum);
  }

  synchronized List<Fault> faults() {
    return List.copyOf(faults);
  }

  /** How the mutations that have names ended. */
  synchronized Map<String, Outcome> fixed() {
    return new TreeMap<>(outcomes);
  }

  /** The names of what was mutated. */
  synchronized Set<String> targets() {
    return new TreeSet<>(counts.keySet());
  }

  /** Of the random mutations alone, not of those that have names. */
  synchronized int countOfRandom(String target, Kind kind) {
    return ofNumbers.getOrDefault(target, Map.of()).getOrDefault(kind, 0);
  }

  synchronized int count() {
    return counts.values().stream().flatMap(c -> c.values().stream()).mapToInt(n -> n).sum();
  }

  /** A table: a line a target, a column a kind of end. */
  @Override
  public synchronized String toString() {
    StringBuilder table = new StringBuilder("%-36s".formatted("mutations of"));
    for (Kind kind : Kind.values()) {
      table.append("%9s".formatted(kind));
    }
    counts.forEach(
        (target, ends) -> {
          table.append("%n%-36s".formatted(target));
          for (Kind kind : Kind.values()) {
            table.append("%9d".formatted(ends.getOrDefault(kind, 0)));
          }
        });
    return table.toString();
  }
}
