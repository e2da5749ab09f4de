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
  private static final Pattern STARTED =
      Pattern.compile("^\\S*ExecutorBackend .*--cores (\\d+)\\b");
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
    return cores(
        SparkEnv.get().conf(),
        System.getProperty("sun.java.command", ""),
        Runtime.getRuntime().availableProcessors());
  }

  /**
   * The cores that Spark counts on. An executor is started with their number, whatever assigned
   * them; without it, the settings say.
   *
   * @param command the main class of this process with its arguments
   * @param all the processors of the machine, which is the most
   */
  static int cores(SparkConf conf, String command, int all) {
    String master = conf.get("spark.master", "");
    Matcher started = STARTED.matcher(command);
    Matcher local = LOCAL.matcher(master);
    int given;
    if (started.find()) {
      given = Integer.parseInt(started.group(1));
    } else if (local.matches()) {
      given = Integer.parseInt(local.group(1));
    } else if (master.equals("local")) {
      given = 1;
    } else if (master.startsWith("local[")) { // local[*]
      given = all;
    } else { // the default of Spark's setting depends on the cluster
      boolean one = master.startsWith("yarn") || master.startsWith("k8s:");
      given = conf.getInt("spark.executor.cores", one ? 1 : all);
    }
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
