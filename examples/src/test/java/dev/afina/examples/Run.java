package dev.afina.examples;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.examples.cli.Console;
import dev.afina.examples.cli.Shutdown;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A command that has run in this JVM: its exit code and what it printed. */
public record Run(int code, String out, String err) {
  private static final Map<String, String> OFFLINE = Map.of("HF_HUB_OFFLINE", "1");

  public static Run of(String... args) {
    return withInput("", args);
  }

  /** With these variables in place of those of the process. */
  public static Run in(Map<String, String> environment, String... args) {
    return run(new byte[0], environment, args);
  }

  static Run withInput(String input, String... args) {
    return withInput(input.getBytes(StandardCharsets.UTF_8), args);
  }

  static Run withInput(byte[] input, String... args) {
    return run(input, OFFLINE, args);
  }

  private static Run run(byte[] input, Map<String, String> environment, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(input),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            new Shutdown(),
            environment);
    int code = Main.run(console, args);
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  public List<String> lines() {
    return out.lines().toList();
  }

  /** The last line of standard output. */
  public JsonObject json() {
    return JsonParser.parseString(lines().get(lines().size() - 1)).getAsJsonObject();
  }
}
