package dev.afina.robustness.mutation;

import dev.afina.robustness.ChildJvm;
import dev.afina.robustness.mutation.Outcome.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Two workers that try mutations; one that dies or hangs is noted and replaced. */
final class Crew {
  private static final int WORKERS = 2;

  /** More deaths than this, and the rest is not tried: each costs seconds. */
  private static final int MOST_DEATHS = 100;

  private final Class<?> worker;
  private final Path folder;
  private final long seed;
  private final Duration limit;
  private final Report report = new Report();
  private int deaths;

  /**
   * @param worker the program: {@link Worker} or one that calls it
   * @param folder to work in
   * @param limit of one mutation; that of a worker's start is the same
   */
  Crew(Class<?> worker, Path folder, long seed, Duration limit) {
    this.worker = worker;
    this.folder = folder;
    this.seed = seed;
    this.limit = limit;
  }

  /** Tries all mutations of these names. */
  Report run(Iterator<String> names) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < WORKERS; i++) {
        Path own = folder.resolve("worker-" + i);
        running.add(threads.submit(() -> work(names, own)));
      }
      for (Future<?> one : running) {
        one.get();
      }
      return report;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a worker could not be run", e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private void work(Iterator<String> names, Path own) {
    try {
      Optional<String> name = next(names);
      while (name.isPresent()) {
        try (ChildJvm child = start(own)) {
          while (name.isPresent() && tried(name.get(), child)) {
            name = next(names);
          }
        }
        if (name.isPresent()) { // it ended the worker
          name = next(names);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ChildJvm start(Path own) throws IOException {
    return ChildJvm.running(worker)
        .heap("256m")
        .options("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
        .property("ai.djl.pytorch.num_threads", "1")
        .property("org.slf4j.simpleLogger.defaultLogLevel", "off")
        .arguments(own.toString(), Long.toString(seed))
        .start();
  }

  private Optional<String> next(Iterator<String> names) {
    synchronized (names) {
      return deaths <= MOST_DEATHS && names.hasNext()
          ? Optional.of(names.next())
          : Optional.empty();
    }
  }

  /** Has a child try a mutation; false if that was the end of the child. */
  private boolean tried(String name, ChildJvm child) throws IOException, InterruptedException {
    String target = "(none)";
    String description = "(not begun)";
    try {
      child.send(name);
    } catch (IOException e) {
      // It has died since the last one; the end of its output says more.
    }
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      Optional<String> line =
          child.nextLine(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
      if (line.isEmpty()) {
        String how =
            child.isAlive() && System.nanoTime() >= end
                ? "hangs: no end after " + limit
                : "the process died, exit code " + child.awaitExit(limit);
        String output = lastWords(child);
        report.add(name, target, description, Outcome.fault(how + output));
        synchronized (report) {
          deaths++;
        }
        return false;
      }
      String[] said = line.get().split("\t", -1);
      if (!line.get().startsWith(Worker.SIGN)) {
        continue;
      }
      if (said[1].equals(Worker.BEGINS)) {
        target = said[3];
        description = said[4];
      } else {
        Kind kind = Kind.valueOf(said[3]);
        report.add(name, target, description, new Outcome(kind, said[4]));
        return true;
      }
    }
  }

  /** What the child said last that was not meant for us. */
  private static String lastWords(ChildJvm child) {
    List<String> words =
        child.output().lines().filter(line -> !line.startsWith(Worker.SIGN)).toList();
    return words.isEmpty()
        ? ""
        : "; its last words:\n      "
            + String.join("\n      ", words.subList(Math.max(0, words.size() - 25), words.size()));
  }
}
