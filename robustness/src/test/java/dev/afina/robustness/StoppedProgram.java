package dev.afina.robustness;

import com.sun.jna.Function;
import com.sun.jna.Pointer;
import dev.afina.Classifier;
import dev.afina.ExitHold;
import dev.afina.Prediction;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.training.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * A service in full work, to be stopped. Its own shutdown hook behaves as badly as one may: it
 * predicts, waits for all callers, and closes.
 */
public final class StoppedProgram {
  private StoppedProgram() {}

  /** What one caller does until it hears an exception. */
  private interface Work {
    void run() throws Exception;
  }

  /**
   * Runs until it is stopped.
   *
   * @param args the work, the model's folder, and more by the work
   */
  public static void main(String[] args) throws Exception {
    Path model = Path.of(args[1]);
    Classifier classifier = Classifier.load(model);
    switch (args[0]) {
      case "lists" -> serve(2, false, () -> classifier.predict(texts()), classifier);
      case "singles" -> serve(8, false, () -> classifier.predict(texts().get(0)), classifier);
      case "loading" -> serve(2, false, () -> Classifier.load(model).close(), classifier);
      case "training" -> serve(1, false, () -> train(model, TrainingListener.NONE), classifier);
      case "daemons" -> serve(2, true, () -> classifier.predict(texts()), classifier);
      case "exit of a caller" -> {
        serve(2, false, () -> classifier.predict(texts()), classifier);
        System.exit(7);
      }
      case "exit of a listener" -> serve(1, false, () -> train(model, new ExitAt(3)), null);
      case "futures" -> {
        List<CompletableFuture<Prediction>> unused = inFlight(classifier);
        System.out.println("busy");
        Thread.sleep(60_000);
      }
      case "futures held" -> {
        ExitHold hold = ExitHold.begin();
        List<CompletableFuture<Prediction>> futures = inFlight(classifier);
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread(
                    () -> {
                      futures.forEach(future -> future.handle((p, e) -> p).join());
                      System.out.println("answered all");
                      hold.close();
                    }));
        System.out.println("busy");
        Thread.sleep(60_000);
      }
      case "impatient" -> {
        classifier.predict("today"); // so that PyTorch has registered its exit handlers
        Function.getFunction("c", "on_exit")
            .invokeInt(new Object[] {Function.getFunction("c", "abort"), Pointer.NULL});
        serve(2, true, () -> classifier.predict(texts()), null);
        Thread.sleep(60_000);
      }
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /** Ends the program in the middle of a training. */
  private record ExitAt(int step) implements TrainingListener {
    @Override
    public void stepped(Step s) {
      if (s.step() == step) {
        System.exit(7);
      }
    }
  }

  /**
   * Starts callers.
   *
   * @param toClose by a shutdown hook; null for a program without one
   */
  private static void serve(int callers, boolean daemons, Work work, Classifier toClose) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      Thread thread = new Thread(() -> repeat(work), "caller " + i);
      thread.setDaemon(daemons);
      threads.add(thread);
    }
    if (toClose != null) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(threads, toClose)));
    }
    threads.forEach(Thread::start);
    System.out.println("busy");
  }

  // Whatever ends the caller is what the test wants to see.
  @SuppressWarnings("PMD.AvoidCatchingThrowable")
  private static void repeat(Work work) {
    try {
      while (true) {
        work.run();
      }
    } catch (Throwable e) {
      System.out.println("caller: " + e);
    }
  }

  /**
   * Begins far more predictions than can end soon.
   *
   * @return futures that complete once they have told how each ended
   */
  private static List<CompletableFuture<Prediction>> inFlight(Classifier classifier) {
    return texts().stream().map(text -> told(classifier.predictAsync(text))).toList();
  }

  private static CompletableFuture<Prediction> told(CompletableFuture<Prediction> future) {
    return future.whenComplete(
        (p, e) -> System.out.println(e == null ? "answered" : "future: " + e));
  }

  private static void shutDown(List<Thread> callers, Classifier classifier) {
    try {
      while (true) { // until our own hook has run
        classifier.predict("the old house");
      }
    } catch (IllegalStateException e) {
      System.out.println("hook: " + e.getMessage());
    }
    for (Thread caller : callers) {
      try {
        caller.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    classifier.close();
    System.out.println("closed");
  }

  private static List<String> texts() {
    Random random = new Random();
    return IntStream.range(0, 400)
        .mapToObj(i -> RandomModel.text(random, 1 + random.nextInt(60)))
        .toList();
  }

  private static void train(Path model, TrainingListener listener) throws Exception {
    String[] labels = {"anger", "joy", "sadness"};
    List<Example> rows = new ArrayList<>();
    for (String text : texts()) {
      rows.add(Example.of(text, labels[rows.size() % 3]));
    }
    Classifier.builder()
        .checkpoint(model)
        .epochs(1000)
        .listener(listener)
        .fit(Dataset.of(rows))
        .close();
  }
}
