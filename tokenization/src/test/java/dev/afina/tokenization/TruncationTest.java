package dev.afina.tokenization;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TruncationTest {

  /** Observed in tokenizers 0.23. */
  @ParameterizedTest
  @CsvSource({
    "10, 3, 13, 10, 3", // fits
    "10, 3, 12, 9, 3", // the longer gives
    "3, 10, 8, 3, 5",
    "10, 3, 5, 3, 2", // both give; the longer keeps the spare one
    "3, 10, 5, 2, 3",
    "5, 5, 5, 2, 3", // equally long: the second keeps it
    "10, 3, 1, 1, 0",
    "3, 10, 1, 0, 1",
    "0, 10, 4, 0, 4",
    "10, 0, 4, 4, 0",
    "0, 0, 1, 0, 0",
    "7, 0, 7, 7, 0"
  })
  void longestFirst_table(int first, int second, int room, int keptFirst, int keptSecond) {
    assertThat(Truncation.longestFirst(first, second, room))
        .isEqualTo(new Truncation(keptFirst, keptSecond));
  }

  @Test
  void longestFirst_always_fillsTheRoomAndTakesFromTheLonger() {
    for (int first = 0; first < 20; first++) {
      for (int second = 0; second < 20; second++) {
        for (int room = 1; room < 42; room++) {
          Truncation kept = Truncation.longestFirst(first, second, room);
          assertThat(kept.first() + kept.second()).isEqualTo(Math.min(room, first + second));
          assertThat(kept.first()).isBetween(0, first);
          assertThat(kept.second()).isBetween(0, second);
          if (kept.first() < first && kept.second() < second) {
            assertThat(Math.abs(kept.first() - kept.second())).isLessThanOrEqualTo(1);
          } else if (kept.first() < first) {
            assertThat(kept.first()).isGreaterThanOrEqualTo(second - 1);
          } else if (kept.second() < second) {
            assertThat(kept.second()).isGreaterThanOrEqualTo(first - 1);
          }
        }
      }
    }
  }

  @Test
  void seen_endsWithTheWordThatReachesTheLimit() {
    int[] words = {0, 0, 1, 1, 1, 2, 3};
    boolean[] none = new boolean[7];
    assertThat(Truncation.seen(words, none, 1, Side.RIGHT)).isEqualTo(2);
    assertThat(Truncation.seen(words, none, 3, Side.RIGHT)).isEqualTo(5);
    assertThat(Truncation.seen(words, none, 6, Side.RIGHT)).isEqualTo(6);
    assertThat(Truncation.seen(words, none, 7, Side.RIGHT)).isEqualTo(7);
    assertThat(Truncation.seen(words, none, 3, Side.LEFT)).isEqualTo(5);
    assertThat(Truncation.seen(words, none, 1, Side.LEFT)).isEqualTo(1);
  }

  @Test
  void seen_addedToken_doesNotEndIt() {
    int[] words = {0, 1, 2, 3};
    boolean[] added = {false, true, true, false};
    assertThat(Truncation.seen(words, added, 2, Side.RIGHT)).isEqualTo(4);
    assertThat(Truncation.seen(words, added, 1, Side.RIGHT)).isEqualTo(1);
  }
}
