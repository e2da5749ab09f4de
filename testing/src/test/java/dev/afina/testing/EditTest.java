package dev.afina.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EditTest {

  @Test
  void typos_swapTwoInnerLettersOfAWord() {
    assertThat(Edit.typos(1, 1).apply("card")).isEqualTo("crad");
    assertThat(Edit.typos(2, 1).apply("card card it")).isEqualTo("crad crad it");
    assertThat(Edit.typos(5, 1).apply("the cat sat")).isEqualTo("the cat sat");
  }

  /** The seed's place in a longer word: what is not swapped stays. */
  @Test
  void typos_keepAllLettersAndTheEnds() {
    for (long seed = 0; seed < 50; seed++) {
      String typed = Edit.typos(1, seed).apply("exchange");
      assertThat(typed).startsWith("e").endsWith("e").hasSize(8);
      assertThat(typed.chars().sorted())
          .containsExactly("exchange".chars().sorted().boxed().toArray(Integer[]::new));
    }
    assertThat(Stream.of(0, 1, 2, 3, 4, 5).map(s -> Edit.typos(1, s).apply("exchange")).distinct())
        .hasSizeGreaterThan(1);
  }

  @Test
  void sameSeedAndText_giveTheSameChange() {
    String text = "Where is the parcel that should have arrived yesterday?";
    assertThat(Edit.typos(2, 7).apply(text)).isEqualTo(Edit.typos(2, 7).apply(text));
    assertThat(Edit.otherNumbers(7).apply("12 of 34"))
        .isEqualTo(Edit.otherNumbers(7).apply("12 of 34"));
  }

  @Test
  void plainEdits_doWhatTheySay() {
    assertThat(Edit.upperCase().apply("Ist es groß?")).isEqualTo("IST ES GROSS?");
    assertThat(Edit.lowerCase().apply("My PIN")).isEqualTo("my pin");
    assertThat(Edit.withoutPunctuation().apply("Help! It's gone…")).isEqualTo("Help Its gone");
    assertThat(Edit.extraSpaces().apply("a b")).isEqualTo(" a  b ");
    assertThat(Edit.append("Thanks").apply("Hi.")).isEqualTo("Hi. Thanks");
    assertThat(Edit.of("mine", text -> text + "!")).hasToString("mine");
  }

  @Test
  void otherNumbers_changeEachDigitAndNothingElse() {
    for (long seed = 0; seed < 50; seed++) {
      String changed = Edit.otherNumbers(seed).apply("order 1029, 3 days");
      assertThat(changed).matches("order [1-9]{4}, [1-9] days");
      assertThat(changed)
          .doesNotMatch("order (1...|.0..|..2.|...9), . days")
          .doesNotContain(", 3 ");
    }
  }

  @Test
  void otherNames_replaceWholeWords() {
    Edit edit = Edit.otherNames(3, "Ann", "Bob");
    assertThat(edit.apply("Ann met Bob and Anna")).isEqualTo("Bob met Ann and Anna");
    assertThatThrownBy(() -> Edit.otherNames(3, "Ann"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("names: expected 2 or more, got 1");
  }

  @Test
  void noTypos_areRefused() {
    assertThatThrownBy(() -> Edit.typos(0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("count: expected 1 or more, got 0");
  }
}
