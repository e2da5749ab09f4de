package dev.afina.internal.checkpoint;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A save in another process that stays in the middle of its writing until it is told. */
final class HeldSave implements AutoCloseable {
  private final Process process;

  private HeldSave(Process process) {
    this.process = process;
  }

  /** Runs in the other process: saves to the folder that is the argument. */
  public static void main(String[] arguments) throws IOException {
    AtomicFolder.write(
        Path.of(arguments[0]),
        folder -> {
          Files.writeString(folder.resolve("config.json"), LeftoversTest.config("held"));
          System.out.println("writing");
          if (System.in.read() < 0) {
            throw new IOException("told to stop");
          }
        });
    System.out.println("saved");
  }

  static HeldSave start(Path target) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                HeldSave.class.getName(),
                target.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    HeldSave save = new HeldSave(process);
    save.await("writing");
    return save;
  }

  void finish() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    await("saved");
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("process " + process.pid() + " cannot be killed");
    }
  }

  private void await(String line) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String got = out.readLine();
    if (!line.equals(got)) {
      throw new AssertionError("expected \"" + line + "\", got \"" + got + "\"");
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
