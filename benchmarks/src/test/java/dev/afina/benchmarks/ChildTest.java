package dev.afina.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Talks to real processes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChildTest {

  @Test
  void task_isPreparedAndKeepsItsState() throws IOException {
    try (Child child = start()) {
      child.ask(Json.object("do", "prepare"));
      assertThat(child.ask(Json.object("do", "gate", "steps", 7)).get("echo").getAsInt())
          .isEqualTo(7);
      assertThat(child.ask(Json.object("do", "round")).get("seconds").getAsInt()).isEqualTo(1);
      assertThat(child.ask(Json.object("do", "round")).get("seconds").getAsInt()).isEqualTo(2);
    }
  }

  @Test
  void error_isToldAndTheChildGoesOn() throws IOException {
    try (Child child = start()) {
      assertThatThrownBy(() -> child.ask(Json.object("do", "something")))
          .hasMessage("fake: no such work: naïve ✓");
      assertThatThrownBy(() -> child.ask(Json.object("do", "round")))
          .hasMessageContaining("\"prepare\" comes first");
      child.ask(Json.object("do", "prepare"));
    }
  }

  @Test
  void childThatDies_isReportedWithItsLastLines() throws IOException {
    try (Child child = start()) {
      assertThatThrownBy(() -> child.ask(Json.object("do", "die")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("fake ended with code 3")
          .hasMessageContaining("out of luck");
      assertThatThrownBy(() -> child.ask(Json.object("do", "round")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("fake ended with code 3");
    }
  }

  @Test
  void answerThatIsNoJson_isReported() throws IOException {
    List<String> java =
        List.of(Lab.java(Startup.class, List.of()).get(0), "--version"); // prints lines, and ends
    try (Child child = Child.start("java", java, Map.of())) {
      assertThatThrownBy(() -> child.ask(Json.object("do", "round")))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("java");
    }
  }

  private static Child start() throws IOException {
    return Child.start(
        "fake", Lab.java(FakeWorker.class, List.of("-Xmx64m", "-XX:+UseSerialGC")), Map.of());
  }
}
