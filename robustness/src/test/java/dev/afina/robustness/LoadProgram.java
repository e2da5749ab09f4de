package dev.afina.robustness;

import dev.afina.Classifier;
import dev.afina.ModelHandle;
import dev.afina.OverloadedException;
import dev.afina.Prediction;
import dev.afina.ServingOptions;
import dev.afina.data.Example;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * 64 callers of a model that is replaced again and again: texts of 10 words beside texts of 20,000,
 * alone, as futures, lists and streams. Each answer is compared with those of the two models, which
 * were asked before, one text after the other.
 *
 * <p>First the callers with short texts are alone, then the others join them. Prints "memory
 * RESIDENT HEAP" in kilobytes again and again, the heap after a collection; "short alone P50 P99"
 * and "short beside long P50 P99" in milliseconds; and "calls BEGUN answered ANSWERED refused
 * REFUSED swaps SWAPS" at the end.
 */
public final class LoadProgram {
  private static final int CALLERS = 64;
  private static final int CALLERS_WITH_SHORT_TEXTS = 48;
  private static final int TEXTS = 60;
  private static final int MEMORY_REPORTS = 20;
  private static final double TOLERANCE = 1e-4;

  /** Enough for 48 short texts, of 1,700 tokens, and too few for the long ones beside them. */
  private static final int TOKENS_IN_FLIGHT = 4_000;

  private final List<String> shortTexts;
  private final List<String> longTexts;
  private final ModelHandle<Prediction, Classifier> handle;
  private final List<List<float[]>> expectedOfShort;
  private final List<List<float[]>> expectedOfLong;
  private final AtomicLong begun = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile Latencies latencies = new Latencies();
  private volatile boolean ended;

  /** Times in buckets that are 5 % wide. */
  private static final class Latencies {
    private final AtomicInteger[] buckets = new AtomicInteger[400];

    Latencies() {
      for (int i = 0; i < buckets.length; i++) {
        buckets[i] = new AtomicInteger();
      }
    }

    void add(long nanos) {
      int bucket = (int) (Math.log(Math.max(1, nanos / 10_000.0)) / Math.log(1.05));
      buckets[Math.min(bucket, buckets.length - 1)].incrementAndGet();
    }

    /** The milliseconds that a share of the calls took at most. */
    double atShare(double share) {
      long all = Stream.of(buckets).mapToLong(AtomicInteger::get).sum();
      long seen = 0;
      int i = 0;
      while (i < buckets.length - 1 && seen + buckets[i].get() < share * all) {
        seen += buckets[i].get();
        i++;
      }
      return Math.pow(1.05, i + 1) * 10_000 / 1e6;
    }
  }

  private LoadProgram(Path first, Path second) throws IOException {
    Random random = new Random(7);
    this.shortTexts = texts(random, 10, 60);
    this.longTexts = texts(random, 500, 20_000);
    this.expectedOfShort = new ArrayList<>();
    this.expectedOfLong = new ArrayList<>();
    for (Path model : List.of(first, second)) {
      try (Classifier alone = Classifier.load(model)) {
        expectedOfShort.add(shortTexts.stream().map(t -> alone.predict(t).logits()).toList());
        expectedOfLong.add(longTexts.stream().map(t -> alone.predict(t).logits()).toList());
      }
    }
    this.handle =
        ModelHandle.<Prediction, Classifier>builder(Classifier.load(first))
            .serving(ServingOptions.standard().tokensInFlight(TOKENS_IN_FLIGHT))
            .build();
  }

  private static List<String> texts(Random random, int fewest, int most) {
    return Stream.generate(
            () -> RandomModel.text(random, fewest + random.nextInt(most - fewest + 1)))
        .limit(TEXTS)
        .toList();
  }

  /**
   * Runs it.
   *
   * @param args two folders with models, the seconds in all, the milliseconds between swaps
   */
  public static void main(String[] args) throws Exception {
    Path first = Path.of(args[0]);
    Path second = Path.of(args[1]);
    long millis = TimeUnit.SECONDS.toMillis(Long.parseLong(args[2]));
    new LoadProgram(first, second).run(first, second, millis, Long.parseLong(args[3]));
  }

  private void run(Path first, Path second, long millis, long between) throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < CALLERS_WITH_SHORT_TEXTS; i++) {
      threads.add(start(new Random(i), true));
    }
    threads.add(
        new Thread(
            () -> {
              while (!ended) {
                try {
                  Thread.sleep(between);
                  Path next = handle.swaps() % 2 == 0 ? second : first;
                  handle.swap(() -> Classifier.load(next));
                } catch (IOException | InterruptedException | RuntimeException e) {
                  failure.compareAndSet(null, e);
                  return;
                }
              }
            }));
    threads.get(threads.size() - 1).start();
    report(millis / 4);
    tell("short alone");

    for (int i = CALLERS_WITH_SHORT_TEXTS; i < CALLERS; i++) {
      threads.add(start(new Random(i), false));
    }
    latencies = new Latencies();
    report(millis - millis / 4);
    tell("short beside long");

    ended = true;
    for (Thread thread : threads) {
      thread.join();
    }
    handle.close();
    if (failure.get() != null) {
      throw new AssertionError("a caller failed", failure.get());
    }
    System.out.println(
        "calls "
            + begun
            + " answered "
            + answered
            + " refused "
            + refused
            + " swaps "
            + handle.swaps());
  }

  private void tell(String which) {
    System.out.printf("%s %.1f %.1f%n", which, latencies.atShare(0.5), latencies.atShare(0.99));
  }

  private static void report(long millis) throws IOException, InterruptedException {
    Runtime heap = Runtime.getRuntime();
    for (int i = 0; i < MEMORY_REPORTS / 2; i++) {
      Thread.sleep(2 * millis / MEMORY_REPORTS);
      long resident =
          SoakProgram.residentKilobytes(); // before what only a collection frees is gone
      System.gc(); // else the heap would tell how long ago the last one was
      long used = (heap.totalMemory() - heap.freeMemory()) / 1024;
      System.out.println("memory " + resident + " " + used);
    }
  }

  private Thread start(Random random, boolean isShort) {
    List<String> texts = isShort ? shortTexts : longTexts;
    List<List<float[]>> expected = isShort ? expectedOfShort : expectedOfLong;
    Thread caller =
        new Thread(
            () -> {
              try {
                while (!ended) {
                  call(random, isShort, texts, expected);
                }
              } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
              }
            });
    caller.start();
    return caller;
  }

  private void call(
      Random random, boolean isShort, List<String> texts, List<List<float[]>> expected) {
    int from = random.nextInt(texts.size() - 4);
    begun.incrementAndGet();
    long start = System.nanoTime();
    try {
      switch (random.nextInt(isShort ? 2 : 4)) {
        case 0 -> compare(handle.predict(texts.get(from)), expected, from);
        case 1 -> compare(async(texts.get(from)), expected, from);
        case 2 -> compareAll(handle.predict(texts.subList(from, from + 4)), expected, from);
        default ->
            compareAll(
                handle.predict(texts.subList(from, from + 4).stream().map(Example::of)).toList(),
                expected,
                from);
      }
      answered.incrementAndGet();
      if (isShort) {
        latencies.add(System.nanoTime() - start);
      }
    } catch (OverloadedException e) {
      refused.incrementAndGet();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private Prediction async(String text) {
    try {
      return handle.predictAsync(text).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof OverloadedException refusal) {
        throw refusal;
      }
      throw e;
    }
  }

  private static void compareAll(
      List<Prediction> predictions, List<List<float[]>> expected, int from) {
    for (int i = 0; i < predictions.size(); i++) {
      compare(predictions.get(i), expected, from + i);
    }
  }

  private static void compare(Prediction prediction, List<List<float[]>> expected, int text) {
    float[] logits = prediction.logits();
    for (List<float[]> ofModel : expected) {
      double most = 0;
      for (int i = 0; i < logits.length; i++) {
        most = Math.max(most, Math.abs(logits[i] - ofModel.get(text)[i]));
      }
      if (most < TOLERANCE) {
        return;
      }
    }
    throw new AssertionError("text " + text + ": neither model says " + prediction);
  }
}
