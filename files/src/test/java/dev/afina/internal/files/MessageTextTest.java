package dev.afina.internal.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageTextTest {

  @Test
  void longMessage_keepsItsBeginningAndItsEnd() {
    String shown = MessageText.of("a".repeat(2_000) + "b".repeat(300));

    assertThat(shown).isEqualTo("a".repeat(699) + "…" + "b".repeat(300)).hasSize(1_000);
    assertThat(MessageText.of("a".repeat(1_000))).isEqualTo("a".repeat(1_000));
  }

  @Test
  void message_isOneLineAndCannotBeTurnedAround() {
    assertThat(MessageText.of("a\nb\u202Ec\u2028d\u0000é漢😀")).isEqualTo("a?b?c?d?é漢😀");
  }

  @Test
  void cut_leavesNoHalfCharacter() {
    // The cut goes through the middle of the emoji that begins at 698.
    String shown = MessageText.of("a".repeat(698) + "😀".repeat(1_000));

    assertThat(shown).startsWith("a".repeat(698) + "?…").endsWith("😀");
    assertThat(shown.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE))
        .isTrue();
  }
}
