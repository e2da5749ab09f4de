package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OptionSearchTest {
  /** What was set, by name. */
  private static final class Target {
    final Map<String, Object> set = new TreeMap<>();

    void rate(double value) {
      set.put("rate", value);
    }

    void size(int value) {
      set.put("size", value);
    }

    void kind(String value) {
      set.put("kind", value);
    }
  }

  private static List<Map<String, Object>> applied(OptionSearch<Target> search) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (List<OptionSearch.Setting<Target>> trial : search.trials()) {
      Target target = new Target();
      trial.forEach(setting -> setting.set().accept(target));
      all.add(target.set);
    }
    return all;
  }

  @Test
  void grid_isAllCombinations_theLastChangesFirst() {
    assertThat(
            applied(
                OptionSearch.<Target>grid()
                    .values("size", Target::size, 8, 16)
                    .values("kind", Target::kind, "a", "b", "c")))
        .containsExactly(
            Map.of("size", 8, "kind", "a"),
            Map.of("size", 8, "kind", "b"),
            Map.of("size", 8, "kind", "c"),
            Map.of("size", 16, "kind", "a"),
            Map.of("size", 16, "kind", "b"),
            Map.of("size", 16, "kind", "c"));
  }

  @Test
  void random_isSeeded_inItsRanges_andNoneTwice() {
    OptionSearch<Target> search =
        OptionSearch.<Target>random(200, 7)
            .logUniform("rate", Target::rate, 1e-6, 1e-2)
            .values("size", Target::size, 8, 16);
    List<Map<String, Object>> trials = applied(search);
    assertThat(trials).hasSize(200).isEqualTo(applied(search));
    assertThat(new HashSet<>(trials)).hasSize(200);
    List<Double> rates = trials.stream().map(t -> (Double) t.get("rate")).toList();
    assertThat(rates).allSatisfy(rate -> assertThat(rate).isBetween(1e-6, 1e-2));
    // Half of the rates are below the middle of the powers: 1e-4; ± 4 deviations of 7.
    assertThat(rates.stream().filter(rate -> rate < 1e-4).count()).isBetween(72L, 128L);
    assertThat(applied(OptionSearch.<Target>random(200, 8).uniform("rate", Target::rate, 1, 3)))
        .allSatisfy(t -> assertThat((Double) t.get("rate")).isBetween(1.0, 3.0))
        .satisfies(
            all ->
                assertThat(all.stream().filter(t -> (Double) t.get("rate") < 2).count())
                    .isBetween(72L, 128L));
    assertThat(
            applied(OptionSearch.<Target>random(9, 1).uniform("rate", Target::rate, 1, 1.0000001)))
        .as("numbers that are written alike")
        .hasSize(9);
    assertThat(
            new HashSet<>(
                applied(OptionSearch.<Target>random(50, 1).values("size", Target::size, 1, 2, 3))))
        .as("there are only three")
        .hasSize(3);
  }

  @Test
  void slips_areNamed() {
    OptionSearch<Target> grid = OptionSearch.grid();
    assertThatThrownBy(grid::trials).hasMessage("search: no options to try; call values(...)");
    assertThatThrownBy(() -> grid.uniform("rate", Target::rate, 1, 2))
        .hasMessage("search: rate: a grid needs values(...); ranges are for random(trials, seed)");
    assertThatThrownBy(() -> grid.values("size", Target::size, 1, 2, 1))
        .hasMessage("search: size: 1 is given twice");
    assertThatThrownBy(() -> grid.values("size", Target::size, 1).values("size", Target::size, 2))
        .hasMessage("search: \"size\" is there already");
    assertThatThrownBy(() -> OptionSearch.random(0, 1))
        .hasMessage("search: trials: expected 1 to 100000, got 0");
    assertThatThrownBy(
            () -> OptionSearch.<Target>random(3, 1).logUniform("rate", Target::rate, 0, 1))
        .hasMessage("search: rate: a logarithmic range begins over 0, got 0.0");
    assertThatThrownBy(() -> OptionSearch.<Target>random(3, 1).uniform("rate", Target::rate, 2, 2))
        .hasMessage("search: rate: expected a range from less to more, got 2.0 to 2.0");
  }
}
