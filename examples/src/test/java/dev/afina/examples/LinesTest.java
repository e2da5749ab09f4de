package dev.afina.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinesTest {
  private static List<String> read(String text) throws IOException {
    Lines lines = new Lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    List<String> all = new ArrayList<>();
    for (String line = lines.next(); line != null; line = lines.next()) {
      all.add(line);
    }
    return all;
  }

  @Test
  void next_takesBreaksAway_andKeepsEmptyLines() throws IOException {
    assertThat(read("a\n\nb\r\n c \n")).containsExactly("a", "", "b", " c ");
    assertThat(read("no break at the end")).containsExactly("no break at the end");
    assertThat(read("")).isEmpty();
    assertThat(read("\n")).containsExactly("");
  }

  @Test
  void next_skipsAByteOrderMark_onlyAtTheBeginning() throws IOException {
    assertThat(read("\uFEFFä\n\uFEFFb")).containsExactly("ä", "\uFEFFb");
  }

  @Test
  void next_linesLongerThanABlock_areWhole() throws IOException {
    String text = "é".repeat(100_000);
    assertThat(read("a\n" + text + "\n" + text + "b\nc"))
        .containsExactly("a", text, text + "b", "c");
  }

  @Test
  void ready_onlyWhenAWholeLineHasArrived() throws IOException {
    try (PipedOutputStream writer = new PipedOutputStream();
        PipedInputStream reader = new PipedInputStream(writer)) {
      Lines lines = new Lines(reader);
      assertThat(lines.ready()).isFalse();
      writer.write("one\ntw".getBytes(StandardCharsets.UTF_8));
      assertThat(lines.ready()).isTrue();
      assertThat(lines.next()).isEqualTo("one");
      assertThat(lines.ready()).isFalse();
      writer.write("o\n".getBytes(StandardCharsets.UTF_8));
      assertThat(lines.ready()).isTrue();
      assertThat(lines.next()).isEqualTo("two");
      assertThat(lines.number()).isEqualTo(2);
    }
  }

  @Test
  void next_invalidUtf8_namesTheLine() throws IOException {
    Lines lines = new Lines(new ByteArrayInputStream(new byte[] {'a', '\n', (byte) 0xC3, '\n'}));
    assertThat(lines.next()).isEqualTo("a");
    assertThatThrownBy(lines::next)
        .isInstanceOf(IOException.class)
        .hasMessage("standard input:2: not valid UTF-8");
  }
}
