package dev.afina.robustness.mutation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The mutation of each number. It depends on the seed, the number and the targets alone, so that
 * one that failed can be had again.
 */
final class Mutations {
  private final List<Target> targets;
  private final List<Target> schedule = new ArrayList<>();
  private final long seed;

  Mutations(List<Target> targets, long seed) {
    this.targets = List.copyOf(targets);
    this.seed = seed;
    // Dealt out like cards, so that any run of numbers has its share of each target.
    int rounds = targets.stream().mapToInt(Target::share).max().orElseThrow();
    for (int round = 0; round < rounds; round++) {
      for (Target target : targets) {
        if (round < target.share()) {
          schedule.add(target);
        }
      }
    }
  }

  List<Target> targets() {
    return targets;
  }

  Mutation of(long number) {
    Target target = schedule.get((int) (number % schedule.size()));
    RandomGenerator random = new SplittableRandom(seed * 1_000_003 + number);
    random.nextLong(); // neighbours begin alike
    if (target.isRearranged() && random.nextInt(3) == 0) {
      Rearrangement one = Rearrangement.of(target.files(), random);
      return new Mutation(
          Long.toString(number), target, Map.of(one.path(), one.entry()), one.description(), false);
    }
    List<Target.Mutable> mutables = target.mutables();
    Target.Mutable mutable = mutables.get(random.nextInt(mutables.size()));
    Edit edit = mutable.mutator().mutate(Fixtures.content(target.files(), mutable.path()), random);
    Map<String, Entry> entries = new TreeMap<>();
    entries.put(mutable.path(), new Entry.Content(edit.bytes()));
    return new Mutation(
        Long.toString(number),
        target,
        entries,
        mutable.path() + ": " + edit.description(),
        edit.neutral());
  }
}
