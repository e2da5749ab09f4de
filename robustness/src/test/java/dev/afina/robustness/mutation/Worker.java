package dev.afina.robustness.mutation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The process that tries mutations: reads their names from standard input, one a line, says what it
 * begins, and how that ended. A number is the name of a random mutation.
 */
public final class Worker {
  /** Begins each line that is meant for the crew, so that it is told from whatever else is said. */
  static final String SIGN = "afina-mutation\t";

  static final String BEGINS = "begins";
  static final String ENDS = "ends";

  /** A mutation that takes so long is shown where it is. */
  private static final long SLOW_SECONDS = 8;

  private Worker() {}

  /**
   * Runs in a JVM of its own until standard input ends.
   *
   * @param args the folder to work in, the seed
   */
  public static void main(String[] args) {
    List<Target> targets = Targets.all();
    run(new Suite(targets, Regressions.of(targets)), args);
  }

  /** Runs, and ends the process then, whatever threads there are. */
  static void run(Suite suite, String... args) {
    int code = 0;
    try {
      work(suite, args);
    } catch (Throwable e) {
      e.printStackTrace();
      code = 1;
    }
    Runtime.getRuntime().halt(code);
  }

  private static void work(Suite suite, String... args) throws IOException {
    Mutations mutations = new Mutations(suite.targets(), Long.parseLong(args[1]));
    Judge judge = new Judge(Files.createDirectories(Path.of(args[0])));
    Thread main = Thread.currentThread();
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "slow mutations");
              thread.setDaemon(true);
              return thread;
            });
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String name = in.readLine(); name != null; name = in.readLine()) {
      Supplier<Mutation> fixed = suite.fixed().get(name);
      Mutation mutation = fixed == null ? mutations.of(Long.parseLong(name)) : fixed.get();
      say(BEGINS, name, mutation.target().name(), mutation.description());
      Future<?> slow = timer.schedule(() -> show(main), SLOW_SECONDS, TimeUnit.SECONDS);
      Outcome outcome = judge.judge(mutation);
      slow.cancel(false);
      say(ENDS, name, outcome.kind().name(), outcome.detail());
    }
  }

  private static void say(String what, String... values) {
    StringBuilder line = new StringBuilder(SIGN).append(what);
    for (String value : values) {
      line.append('\t').append(Judge.oneLine(value));
    }
    System.out.println(line);
  }

  private static void show(Thread main) {
    StringBuilder stack = new StringBuilder("slow, at");
    for (StackTraceElement frame : main.getStackTrace()) {
      stack.append("\n  ").append(frame);
    }
    System.out.println(stack);
  }
}
