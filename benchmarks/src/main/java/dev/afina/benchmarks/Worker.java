package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The other end of {@link Child}: answers requests until standard input ends. "prepare" makes a
 * task, "gate" and "round" are for it, "memory" is the peak of this process.
 */
final class Worker {
  private static final Path STATUS = Path.of("/proc/self/status");

  private final Tasks tasks;
  private @Nullable Task task;

  private Worker(Tasks tasks) {
    this.tasks = tasks;
  }

  /** What a kind of worker can do. */
  interface Tasks {
    /** Makes the task that a request for preparation describes. */
    Task prepare(JsonObject request) throws IOException;

    /** Answers a request that needs no task. */
    JsonObject single(JsonObject request) throws IOException;
  }

  /** Serves standard input; whatever else is printed goes to standard error. */
  static void serve(Tasks tasks) throws IOException {
    PrintStream answers =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Worker worker = new Worker(tasks);
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      JsonObject request = JsonParser.parseString(line).getAsJsonObject();
      if (request.get("do").getAsString().equals("quit")) {
        break;
      }
      answers.println(worker.answerOrError(request));
    }
    worker.close();
  }

  private JsonObject answerOrError(JsonObject request) {
    try {
      return answer(request);
    } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
      e.printStackTrace();
      return Json.object("error", e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  private JsonObject answer(JsonObject request) throws IOException {
    return switch (request.get("do").getAsString()) {
      case "prepare" -> {
        close();
        Task made = tasks.prepare(request);
        task = made;
        yield made.description();
      }
      case "gate" -> prepared().gate(request);
      case "round" -> prepared().round();
      case "memory" -> Json.object("bytes", peakMemory());
      default -> tasks.single(request);
    };
  }

  private Task prepared() {
    if (task == null) {
      throw new IllegalStateException("no task: \"prepare\" comes first");
    }
    return task;
  }

  private void close() {
    if (task != null) {
      task.close();
      task = null;
    }
  }

  /** The largest resident set of this process so far, in bytes. */
  private static long peakMemory() throws IOException {
    if (!Files.exists(STATUS)) {
      throw new IOException("the peak memory of a process is read from " + STATUS + ": Linux only");
    }
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException(STATUS + ": no line VmHWM");
  }
}
