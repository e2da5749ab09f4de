package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.internal.engine.PackedFormat;
import dev.afina.internal.engine.Workers;
import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A loss that loads the model that it asks, at its first call: on a worker, in a JVM that has
 * tested no kernel yet. It must not wait for a test, which waits for workers.
 */
class LoadingInALossTest {

  /** Trains; runs in a JVM of its own. */
  public static final class Training {
    private static final class Other {
      static final Classifier MODEL = load();

      private static Classifier load() {
        try {
          return Classifier.load(Golden.path("distilbert/model"));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    private Training() {}

    public static void main(String[] arguments) throws IOException {
      Loss asking =
          Loss.custom(
              "asks another",
              (logits, label) ->
                  Math.pow(logits[label] - Other.MODEL.predict("so happy").score(), 2));
      try (Classifier fitted =
          Classifier.builder()
              .checkpoint(Golden.path("bert/model"))
              .loss(asking)
              .epochs(1)
              .fit(ClassifierTest.rows())) {
        System.out.println("fitted " + fitted.training().isPresent());
      }
      Other.MODEL.close();
    }
  }

  /** Opens kernels on a worker while another thread does; runs in a JVM of its own. */
  public static final class Opening {
    private Opening() {}

    public static void main(String[] arguments) throws InterruptedException {
      Thread other = new Thread(PackedFormat.BFLOAT16::kernels);
      other.setDaemon(true);
      Supplier<Boolean> asking =
          () -> {
            other.start();
            while (other.isAlive() && other.getState() != Thread.State.WAITING) {
              Thread.onSpinWait(); // until it waits for this worker
            }
            return PackedFormat.BFLOAT16.kernels().isPresent();
          };
      System.out.println("opened " + Workers.run(List.of(asking)));
      other.join();
    }
  }

  @Test
  void isNotWaitedForByItself(@TempDir Path temp) throws Exception {
    assertThat(OwnJvm.run(temp, Training.class)).contains("fitted true");
  }

  @Test
  void noWorkerWaitsForWhoOpensKernels(@TempDir Path temp) throws Exception {
    assertThat(OwnJvm.run(temp, Opening.class)).contains("opened [");
  }
}
