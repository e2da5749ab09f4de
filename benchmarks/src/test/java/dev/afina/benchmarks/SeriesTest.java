package dev.afina.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {

  @Test
  void median_ofOddAndEvenNumbers_inAnyOrder() {
    assertThat(new Series("x", List.of(5.0, 1.0, 3.0)).median()).isEqualTo(3);
    assertThat(new Series("x", List.of(4.0, 1.0, 3.0, 9.0)).median()).isEqualTo(3.5);
  }

  @Test
  void spread_isLeastAndGreatest() {
    Series series = new Series("x", List.of(5.0, 1.0, 3.0));
    assertThat(series.min()).isEqualTo(1);
    assertThat(series.max()).isEqualTo(5);
    assertThat(series.json())
        .hasToString(
            "{\"name\":\"x\",\"median\":3.0,\"spread\":[1.0,5.0],\"values\":[5.0,1.0,3.0]}");
  }

  @Test
  void noFigures_isRefused() {
    assertThatThrownBy(() -> new Series("Afina", List.of())).hasMessageContaining("Afina");
  }

  @Test
  void ratio_isMoreForTheFasterOne_andAShareOfCosts() {
    assertThat(Unit.TEXTS_PER_SECOND.ratio(90, 30)).isEqualTo(3);
    assertThat(Unit.MILLISECONDS.ratio(2, 3)).isCloseTo(1.5, within(1e-12));
    assertThat(Unit.MEBIBYTES.ratio(600, 1200)).isEqualTo(0.5);
    assertThat(Unit.SECONDS.ratio(1, 4)).isEqualTo(0.25);
  }

  @Test
  void goal_isReachedFromItsSide() {
    assertThat(Goal.atLeast(1.5).reachedBy(1.5)).isTrue();
    assertThat(Goal.atLeast(1.5).reachedBy(1.49)).isFalse();
    assertThat(Goal.atMost(0.7).reachedBy(0.7)).isTrue();
    assertThat(Goal.atMost(0.7).reachedBy(0.71)).isFalse();
    assertThat(Goal.atLeast(1).reachedBy(Double.NaN)).isFalse();
  }

  @Test
  void rounds_takeTurns() throws Exception {
    List<String> order = new ArrayList<>();
    Comparison figures =
        Comparison.alternate(
            Side.of("ours", () -> order.add("ours") ? order.size() : 0),
            Side.of("peer", () -> order.add("peer") ? order.size() : 0),
            2,
            (round, ours, peer) -> order.add("round " + round));
    assertThat(order).containsExactly("ours", "peer", "round 1", "ours", "peer", "round 2");
    assertThat(figures.ours().values()).containsExactly(1.0, 4.0);
    assertThat(figures.peer().values()).containsExactly(2.0, 5.0);
  }
}
