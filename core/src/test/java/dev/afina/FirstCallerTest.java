package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.internal.engine.Workers;
import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The thread that is the first to need a model, such as one of a request to a server. */
class FirstCallerTest {

  /** Runs in a JVM of its own, which has no workers yet. */
  public static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws IOException {
      InheritableThreadLocal<String> callers = new InheritableThreadLocal<>();
      callers.set("the caller's");
      try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
        Object unused = classifier.predict("so happy");
      }
      System.out.println("workers have " + Workers.run(List.of(callers::get)));
    }
  }

  /** They live as long as the process, and would hold it as long. */
  @Test
  void leavesNothingToTheWorkers(@TempDir Path temp) throws Exception {
    assertThat(OwnJvm.run(temp, Program.class)).contains("workers have [null]");
  }
}
