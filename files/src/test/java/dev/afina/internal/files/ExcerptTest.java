package dev.afina.internal.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExcerptTest {

  @Test
  void shortTexts_areAsTheyAre() {
    assertThat(Excerpt.of("größe 😡")).isEqualTo("größe 😡");
    assertThat(Excerpt.of(null)).isEqualTo("null");
    assertThat(Excerpt.of("a".repeat(100))).isEqualTo("a".repeat(100));
  }

  @Test
  void longOnes_areCut_neverInsideACharacter() {
    assertThat(Excerpt.of("ab😡cd", 3)).isEqualTo("ab😡… (6 characters)");
    assertThat(Excerpt.of("x".repeat(5_000_000), 10)).isEqualTo("xxxxxxxxxx… (5000000 characters)");
  }

  @Test
  void whatBreaksOrTurnsTheLine_isWrittenOut() {
    assertThat(Excerpt.of("a\nb\u202Ec\u0000\u2028\uD800"))
        .isEqualTo("a\\nb\\u202ec\\u0000\\u2028\\ud800");
  }

  @Test
  void quoted_showsWhereAValueEnds() {
    assertThat(Excerpt.quoted("a b ")).isEqualTo("\"a b \"");
    assertThat(Excerpt.quoted("x".repeat(101)))
        .isEqualTo('"' + "x".repeat(100) + "…\" (101 characters)");
  }

  @Test
  void lists_areCut_byNumberAndByLength() {
    assertThat(Excerpt.quotedList(List.of("a", "b\t"))).isEqualTo("\"a\", \"b\\t\"");
    assertThat(Excerpt.list(Collections.nCopies(22, "a"))).endsWith("a, a, ... 2 more");
    assertThat(Excerpt.list(Collections.nCopies(8, "a".repeat(90)))).hasSizeLessThan(420);
  }
}
