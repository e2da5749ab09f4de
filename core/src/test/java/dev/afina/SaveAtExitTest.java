package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.internal.checkpoint.AtomicFolder;
import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A save that runs when the JVM ends. */
class SaveAtExitTest {

  /** Runs in a JVM of its own, and exits while a save waits for another one that never ends. */
  public static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws Exception {
      Path target = Path.of(arguments[0]);
      Classifier classifier = Classifier.load(Golden.path("bert/model"));
      CountDownLatch begun = new CountDownLatch(1);
      start(
          "another",
          () ->
              AtomicFolder.write(
                  target,
                  folder -> {
                    begun.countDown();
                    neverEnd();
                  }));
      begun.await();
      Thread saving = start("saving", () -> classifier.save(target));
      while (saving.getState() != Thread.State.WAITING || !isIn(saving, AtomicFolder.class)) {
        Thread.onSpinWait();
      }
      System.exit(0);
    }

    private interface Work {
      void run() throws IOException;
    }

    private static Thread start(String name, Work work) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  work.run();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              name);
      thread.setDaemon(true);
      thread.start();
      return thread;
    }

    private static void neverEnd() throws IOException {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new InterruptedIOException();
      }
    }

    private static boolean isIn(Thread thread, Class<?> what) {
      return Arrays.stream(thread.getStackTrace())
          .anyMatch(frame -> frame.getClassName().equals(what.getName()));
    }
  }

  @Test
  void isWaitedFor(@TempDir Path temp) throws Exception {
    String said =
        OwnJvm.run(temp, Program.class, "-Dafina.exitPatience=1", temp.resolve("model").toString());
    assertThat(said).contains("after 1 seconds saving still uses PyTorch");
  }
}
