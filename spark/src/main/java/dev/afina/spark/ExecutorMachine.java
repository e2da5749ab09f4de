package dev.afina.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/** The machine and the process that a task runs in. */
final class ExecutorMachine {
  private static final String THREADS = "ai.djl.pytorch.num_threads";
  private static final Pattern LOCAL = Pattern.compile("local\\[(\\d+)(,\\s*\\d+)?]");

  private ExecutorMachine() {}

  /** The host name or address at which other executors reach this one. */
  static String host() {
    return SparkEnv.get().blockManager().blockManagerId().host();
  }

  /** The executor's name in messages. */
  static String name() {
    return "executor " + SparkEnv.get().executorId() + " on " + host();
  }

  /**
   * Limits PyTorch's threads to the cores that Spark has assigned to this executor, unless the user
   * has set another number. Must be called before PyTorch is loaded.
   */
  static synchronized void useItsCores() {
    if (System.getProperty(THREADS) == null) {
      System.setProperty(THREADS, Integer.toString(cores()));
    }
  }

  private static int cores() {
    SparkConf conf = SparkEnv.get().conf();
    int all = Runtime.getRuntime().availableProcessors();
    Matcher local = LOCAL.matcher(conf.get("spark.master", ""));
    int given =
        local.matches()
            ? Integer.parseInt(local.group(1))
            : conf.getInt("spark.executor.cores", all);
    return Math.max(1, Math.min(given, all));
  }

  /** The processor's name, because sums may differ in their last bits between models. */
  static String processor() {
    Path info = Path.of("/proc/cpuinfo");
    if (Files.isReadable(info)) {
      try (Stream<String> lines = Files.lines(info)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .findFirst()
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .orElse("");
      } catch (IOException | java.io.UncheckedIOException e) {
        return "";
      }
    }
    return System.getProperty("os.arch", "");
  }
}
