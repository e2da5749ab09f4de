package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A process that answers one line of JSON with one line of JSON, and waits idly in between. It ends
 * with this JVM.
 */
final class Child implements AutoCloseable {
  private static final int KEPT_LINES = 12;
  private static final long PATIENCE_MINUTES = 60;
  private static final long PATIENCE_SECONDS_AT_END = 10;

  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
  }

  private final String name;
  private final Process process;
  private final Writer in;
  private final Deque<String> lastLines = new ArrayDeque<>();
  private final Thread errors;

  /** A line each, empty at the end. */
  private final BlockingQueue<Optional<String>> answers = new LinkedBlockingQueue<>();

  private Child(String name, Process process) {
    this.name = name;
    this.process = process;
    this.in = process.outputWriter(StandardCharsets.UTF_8);
    RUNNING.add(process);
    reading(
        "out",
        () -> {
          lines(process.getInputStream(), line -> answers.add(Optional.of(line)));
          answers.add(Optional.empty());
        });
    this.errors = reading("err", () -> lines(process.getErrorStream(), this::keep));
  }

  /**
   * Starts one.
   *
   * @param name what messages call it
   * @param environment variables beside those of this process
   */
  static Child start(String name, List<String> command, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return new Child(name, builder.start());
  }

  /**
   * Asks and waits for the answer.
   *
   * @param request names and values in turn, as {@link Json#object}
   * @throws IOException if the process has an error or is gone; with the last lines that it wrote
   */
  JsonObject ask(JsonObject request) throws IOException {
    try {
      in.write(request + "\n");
      in.flush();
    } catch (IOException e) {
      throw gone(e);
    }
    JsonObject answer = parse(next().orElseThrow(() -> gone(null)));
    if (answer.has("error")) {
      throw new IOException(name + ": " + answer.get("error").getAsString());
    }
    return answer;
  }

  /** Ends it, by force if it does not end by itself soon. */
  @Override
  public void close() {
    try {
      in.write(Json.object("do", "quit") + "\n");
      in.close();
    } catch (IOException e) {
      process.destroyForcibly(); // it is gone, or will not read
    }
    try {
      if (!process.waitFor(PATIENCE_SECONDS_AT_END, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    RUNNING.remove(process);
  }

  private Optional<String> next() throws IOException {
    try {
      Optional<String> line = answers.poll(PATIENCE_MINUTES, TimeUnit.MINUTES);
      if (line == null) {
        throw new IOException(name + ": no answer for " + PATIENCE_MINUTES + " minutes");
      }
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(name + ": interrupted while it worked", e);
    }
  }

  private JsonObject parse(String line) throws IOException {
    try {
      return JsonParser.parseString(line).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IOException(name + ": answered \"" + line + "\", expected a JSON object", e);
    }
  }

  private IOException gone(@Nullable IOException cause) {
    try {
      process.waitFor(PATIENCE_SECONDS_AT_END, TimeUnit.SECONDS);
      errors.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS_AT_END));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String code =
        process.isAlive() ? "closed its output" : "ended with code " + process.exitValue();
    return new IOException(name + " " + code + "; the last lines it wrote: " + said(), cause);
  }

  private String said() {
    synchronized (lastLines) {
      return lastLines.isEmpty() ? "none" : String.join(" | ", lastLines);
    }
  }

  private void keep(String line) {
    synchronized (lastLines) {
      lastLines.add(line);
      if (lastLines.size() > KEPT_LINES) {
        lastLines.remove();
      }
    }
  }

  private Thread reading(String what, Runnable work) {
    Thread thread = new Thread(work, name + "-" + what);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void lines(InputStream stream, Consumer<String> consumer) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      reader.lines().forEach(consumer);
    } catch (IOException | UncheckedIOException e) {
      return; // closed under the reader, as happens when the process ends
    }
  }
}
