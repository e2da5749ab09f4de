package dev.afina.robustness.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.robustness.InMemory;
import dev.afina.robustness.mutation.Outcome.Kind;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The suite sees what it is there to see: a library that misbehaves in each way is found out. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrewTest {
  private static final List<String> NAMES =
      List.of(
          "good",
          "refuses",
          "aborts",
          "exits",
          "hangs",
          "null pointer",
          "no memory",
          "native memory",
          "recursion",
          "no message",
          "two lines",
          "long message",
          "no file named",
          "class name",
          "another answer each time",
          "impossible answer",
          "neutral but refused",
          "after all");

  private final Map<String, Report.Fault> faults = new TreeMap<>();
  private Report report;

  /** Runs in a JVM of its own: a library that does what the file says. */
  public static final class Misbehaving {
    private static int answers;

    private Misbehaving() {}

    public static void main(String[] args) {
      Folder target =
          new Folder(
              "orders",
              Map.of("orders.txt", Entry.Content.of("good")),
              (folder, scratch) -> obey(folder.resolve("orders.txt")));
      target.mutate("orders.txt", new ByteMutator());
      Map<String, Supplier<Mutation>> orders = new TreeMap<>();
      for (String name : NAMES) {
        orders.put(
            name,
            () ->
                new Mutation(
                    name,
                    target,
                    Map.of("orders.txt", Entry.Content.of(name)),
                    "order: " + name,
                    name.startsWith("neutral")));
      }
      Worker.run(new Suite(List.of(target), orders), args);
    }

    private static String obey(Path file) throws IOException {
      String order = Files.readString(file);
      switch (order) {
        case "refuses", "neutral but refused" -> throw new IOException("orders.txt: refused");
        case "aborts" -> Runtime.getRuntime().halt(134);
        case "exits" -> System.exit(0);
        case "hangs" -> sleep();
        case "null pointer" -> throw new NullPointerException();
        case "no memory" -> new ArrayList<byte[]>().add(new byte[Integer.MAX_VALUE - 8]);
        case "native memory" -> fill(ByteBuffer.allocateDirect(230 << 20));
        case "recursion" -> obeyFor(1);
        case "no message" -> throw new FileNotFoundException();
        case "two lines" -> throw new IOException("orders.txt:\nrefused");
        case "long message" -> throw new IOException("orders.txt: " + "no ".repeat(400));
        case "no file named" -> throw new IOException("something is wrong");
        case "class name" -> throw new IOException("orders.txt: java.lang.Foo: bar");
        case "another answer each time" -> {
          return "answer " + answers++;
        }
        case "impossible answer" -> throw new AssertionError("a probability is NaN");
        default -> {
          return order.equals("after all") ? "good" : order;
        }
      }
      return "obeyed";
    }

    private static void sleep() {
      try {
        Thread.sleep(600_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static void fill(ByteBuffer memory) {
      while (memory.hasRemaining()) {
        memory.putLong(1);
      }
    }

    private static int obeyFor(int times) {
      return times == 0 ? 0 : obeyFor(times + 1) + 1;
    }
  }

  @BeforeAll
  void run(@TempDir(factory = InMemory.class) Path folder) throws Exception {
    report = new Crew(Misbehaving.class, folder, 1, Duration.ofSeconds(5)).run(NAMES.iterator());
    report.faults().forEach(fault -> faults.put(fault.name(), fault));
  }

  private void requireFault(String name, String detail) {
    assertThat(faults).containsKey(name);
    assertThat(faults.get(name).description()).isEqualTo("order: " + name);
    assertThat(faults.get(name).detail()).contains(detail);
  }

  @Test
  void whatIsAsItShouldBe_isNoFault() {
    assertThat(report.count()).isEqualTo(NAMES.size());
    assertThat(report.fixed().get("good")).isEqualTo(new Outcome(Kind.SAME, ""));
    assertThat(report.fixed().get("after all")).isEqualTo(new Outcome(Kind.SAME, ""));
    assertThat(report.fixed().get("refuses"))
        .isEqualTo(new Outcome(Kind.REFUSED, "orders.txt: refused"));
    assertThat(faults).hasSize(NAMES.size() - 3);
  }

  @Test
  void aProcessThatDiesOrHangs_isSeen() {
    requireFault("aborts", "the process died, exit code 134");
    requireFault("exits", "the process died, exit code 0");
    requireFault("hangs", "hangs: no end after PT5S");
  }

  @Test
  void whatNoUserShouldSee_isSeen() {
    requireFault("null pointer", "java.lang.NullPointerException");
    requireFault("no memory", "java.lang.OutOfMemoryError");
    requireFault("native memory", "MB of memory while it ran");
    requireFault("recursion", "java.lang.StackOverflowError");
  }

  @Test
  void messagesThatHelpNobody_areSeen() {
    requireFault("no message", "no message: java.io.FileNotFoundException");
    requireFault("two lines", "line breaks");
    requireFault("long message", "a message of 1212 characters");
    requireFault("no file named", "a message that names no file");
    requireFault("class name", "a message with the name of a class");
  }

  @Test
  void resultsThatCannotBeRight_areSeen() {
    requireFault("another answer each time", "opened once more, it gives another one");
    requireFault("impossible answer", "wrong result: a probability is NaN");
    requireFault("neutral but refused", "means the same, but refused");
  }
}
