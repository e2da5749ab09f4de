package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.internal.model.Golden;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A call whose deadline gets no timer, in a JVM that has none yet: the system refuses a thread. */
class RefusedTimerTest {

  /** Runs in a JVM of its own. */
  public static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws Exception {
      Classifier classifier = Classifier.load(Golden.path("bert/model"));
      InheritableThreadLocal<String> refusing =
          new InheritableThreadLocal<>() {
            @Override
            protected String childValue(String parents) {
              throw new OutOfMemoryError("unable to create native thread");
            }
          };
      refusing.set("set");
      CompletableFuture<Prediction> answer =
          classifier.predictAsync("so happy", Duration.ofMinutes(1));
      refusing.remove();
      try {
        System.out.println("got " + answer.get(1, TimeUnit.MINUTES));
      } catch (ExecutionException e) {
        System.out.println("failed: " + e.getCause());
      }
      System.out.println("in flight: " + classifier.inFlight());
      System.out.println("then: " + classifier.predictAsync("so happy").get(1, TimeUnit.MINUTES));
      classifier.close();
      System.out.println("closed");
    }
  }

  @Test
  void failsTheCall_andHoldsUpNeitherCloseNorExit(@TempDir Path temp) throws Exception {
    String said = OwnJvm.run(temp, Program.class);
    assertThat(said)
        .contains("failed: java.lang.OutOfMemoryError: unable to create native thread")
        .contains("in flight: 0 texts of 0 tokens")
        .contains("closed")
        .doesNotContain("still uses PyTorch");
  }
}
