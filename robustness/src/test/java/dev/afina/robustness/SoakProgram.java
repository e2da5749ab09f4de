package dev.afina.robustness;

import dev.afina.Classifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Predicts ever new texts of random lengths, and says how much memory is resident. */
public final class SoakProgram {
  private static final int REPORTS = 20;

  private SoakProgram() {}

  /**
   * Prints "TEXTS KILOBYTES" twenty times.
   *
   * @param args the model's folder, the threads that predict, the texts in all
   */
  public static void main(String[] args) throws Exception {
    int threads = Integer.parseInt(args[1]);
    long texts = Long.parseLong(args[2]);
    try (Classifier classifier = Classifier.load(Path.of(args[0]))) {
      for (int report = 1; report <= REPORTS; report++) {
        predict(classifier, threads, texts / REPORTS, report);
        System.out.println(texts / REPORTS * report + " " + residentKilobytes());
      }
    }
  }

  private static void predict(Classifier classifier, int threads, long texts, int seed)
      throws InterruptedException {
    AtomicLong left = new AtomicLong(texts);
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Random random = new Random(seed * 1000L + i);
      Thread caller =
          new Thread(
              () -> {
                while (left.getAndDecrement() > 0) {
                  classifier.predict(RandomModel.text(random, 1 + random.nextInt(60)));
                }
              });
      callers.add(caller);
      caller.start();
    }
    for (Thread caller : callers) {
      caller.join();
    }
  }

  static long residentKilobytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("/proc/self/status has no VmRSS");
  }
}
