package dev.afina.robustness;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A JVM that a test starts, talks to by lines, signals, and watches as it ends.
 *
 * <pre>{@code
 * try (ChildJvm child = ChildJvm.running(Program.class).heap("256m").arguments("x").start()) {
 *   child.awaitLine("ready"::equals, Duration.ofSeconds(30));
 *   child.terminate();
 *   assertThat(child.awaitExit(Duration.ofSeconds(30))).as(child.output()).isEqualTo(143);
 * }
 * }</pre>
 *
 * <p>Standard output and standard error come as one stream of lines. {@link #close} kills what
 * still runs, so no test leaves a process behind. One thread talks to a child.
 */
public final class ChildJvm implements AutoCloseable {
  /** What {@link #output} keeps: the last lines, so that a child that runs for hours is no leak. */
  private static final int KEPT_LINES = 2_000;

  private final Process process;
  private final BufferedWriter in;
  private final Thread reader;

  // Guarded by this.
  private final Deque<String> unread = new ArrayDeque<>();
  private final Deque<String> kept = new ArrayDeque<>();
  private boolean ended;

  private ChildJvm(Process process) {
    this.process = process;
    this.in = process.outputWriter(StandardCharsets.UTF_8);
    this.reader = new Thread(this::readLines, "output of child " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * A child that will run a program on the class path of this test.
   *
   * @param main a class with a {@code main} method
   */
  public static Builder running(Class<?> main) {
    return new Builder(main);
  }

  /** What the child is given. By default: 512 MB of heap, this process's environment. */
  public static final class Builder {
    private final Class<?> main;
    private final List<String> options = new ArrayList<>();
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private List<String> arguments = List.of();
    private String classPath = ownClassPath();
    private String heap = "512m";
    private Optional<Path> folder = Optional.empty();

    private Builder(Class<?> main) {
      this.main = main;
    }

    /** The most heap, as {@code -Xmx} takes it: {@code "256m"}. */
    public Builder heap(String size) {
      heap = size;
      return this;
    }

    /** A system property. */
    public Builder property(String name, String value) {
      properties.put(name, value);
      return this;
    }

    /** A variable of the environment, beside or in place of this process's. */
    public Builder environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /** Options of the JVM, such as {@code -XX:+UseSerialGC}. */
    public Builder options(String... values) {
      options.addAll(List.of(values));
      return this;
    }

    /** Another class path than this test's, see {@link #ownClassPath()}. */
    public Builder classPath(String path) {
      classPath = path;
      return this;
    }

    /** The folder to run in; by default this process's. */
    public Builder in(Path workingFolder) {
      folder = Optional.of(workingFolder);
      return this;
    }

    /** What {@code main} gets. */
    public Builder arguments(String... values) {
      arguments = List.of(values);
      return this;
    }

    /** Starts it; the caller closes it. */
    public ChildJvm start() throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-Xmx" + heap);
      // The report of a crash goes to the build's folder, and no core of gigabytes is written.
      command.add("-XX:ErrorFile=" + Path.of("target", "hs_err_pid%p.log").toAbsolutePath());
      command.add("-XX:-CreateCoredumpOnCrash");
      command.addAll(options);
      properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
      command.addAll(List.of("-cp", classPath, main.getName()));
      command.addAll(arguments);
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(environment);
      folder.ifPresent(path -> builder.directory(path.toFile()));
      return new ChildJvm(builder.start());
    }
  }

  /** The class path of this test, its entries separated as the system does. */
  public static String ownClassPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** The number that the system gave the process. */
  public long pid() {
    return process.pid();
  }

  /** Whether the process has not ended yet. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Sends a line to the child's standard input. */
  public void send(String line) throws IOException {
    in.write(line);
    in.write('\n');
    in.flush();
  }

  /**
   * The next line that the child wrote and nobody took; waits for one.
   *
   * @return empty when the child's output has ended, or when the time is over, which {@link
   *     #isAlive} tells apart
   */
  public synchronized Optional<String> nextLine(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (unread.isEmpty() && !ended) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return Optional.empty();
      }
      wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
    }
    return Optional.ofNullable(unread.poll());
  }

  /**
   * Waits for a line; those before it are passed over.
   *
   * @throws AssertionError with the child's output when none comes in time
   */
  public String awaitLine(Predicate<String> wanted, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      Optional<String> line = nextLine(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
      if (line.isEmpty()) {
        throw new AssertionError(
            "child %d %s without the line that was waited for; its output:%n%s"
                .formatted(pid(), isAlive() ? "has run for " + limit : "ended", output()));
      }
      if (wanted.test(line.get())) {
        return line.get();
      }
    }
  }

  /** Asks the child to stop, by SIGTERM where there is one. */
  public void terminate() {
    process.toHandle().destroy(); // process.destroy() would close its streams too
  }

  /** Ends the child at once, by SIGKILL where there is one. */
  public void kill() {
    process.toHandle().destroyForcibly();
  }

  /**
   * Waits for the end.
   *
   * @return the exit code; 128 and the signal's number where a signal ended the child
   * @throws AssertionError with the child's output when it runs on
   */
  public int awaitExit(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError(
          "child %d still runs after %s; its output:%n%s".formatted(pid(), limit, output()));
    }
    reader.join(limit.toMillis());
    return process.exitValue();
  }

  /** The last {@value #KEPT_LINES} lines that the child has written until now. */
  public synchronized String output() {
    return String.join("\n", kept);
  }

  /** Kills the child if it still runs, and waits until it is gone. */
  @Override
  public void close() {
    kill();
    boolean interrupted = false;
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void readLines() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      if (process.isAlive()) {
        throw new UncheckedIOException(e);
      }
    } finally {
      end();
    }
  }

  private synchronized void add(String line) {
    unread.add(line);
    kept.add(line);
    if (kept.size() > KEPT_LINES) {
      kept.remove();
    }
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }
}
