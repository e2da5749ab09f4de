package dev.afina.spark;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * A standalone cluster on this machine: a master and workers of one core each, every one a process
 * of its own, whose executors have the class path of the tests.
 */
final class LoopbackCluster implements AutoCloseable {
  private final Path folder;
  private final String master;
  private final List<Process> processes = new ArrayList<>();

  /** Starts it, and returns when all workers have registered. */
  LoopbackCluster(Path folder, int workers) throws IOException, InterruptedException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("home/jars")); // what an executor's launcher looks for
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    this.master = "spark://127.0.0.1:" + port;
    start(
        "master",
        "org.apache.spark.deploy.master.Master",
        "--host",
        "127.0.0.1",
        "--port",
        Integer.toString(port),
        "--webui-port",
        "0");
    awaitLine("master", "I have been elected leader");
    for (int i = 0; i < workers; i++) {
      start(
          "worker" + i,
          "org.apache.spark.deploy.worker.Worker",
          "--host",
          "127.0.0.1",
          "--cores",
          "1",
          "--memory",
          "1g",
          "--webui-port",
          "0",
          "--work-dir",
          folder.resolve("work" + i).toString(),
          master);
    }
    for (int i = 0; i < workers; i++) {
      awaitLine("worker" + i, "Successfully registered with master");
    }
  }

  private void start(String name, String mainClass, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(System.getProperty("afina.spark.opens").split(" ")));
    command.addAll(
        List.of(
            "-cp",
            Path.of("src/test/cluster").toAbsolutePath()
                + java.io.File.pathSeparator
                + System.getProperty("java.class.path")));
    command.add(mainClass);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SPARK_HOME", folder.resolve("home").toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13"); // else it looks for Spark's sources
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.redirectErrorStream(true).redirectOutput(folder.resolve(name + ".log").toFile());
    processes.add(builder.start());
  }

  private void awaitLine(String name, String line) throws IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!Files.readString(folder.resolve(name + ".log")).contains(line)) {
      if (System.nanoTime() > end) {
        throw new IOException(
            name + " did not start: " + Files.readString(folder.resolve(name + ".log")));
      }
      Thread.sleep(50);
    }
  }

  /** A session of this cluster, with an executor on each worker. */
  SparkSession session() {
    return session(Map.of());
  }

  /**
   * A session of this cluster, with an executor on each worker.
   *
   * @param more settings
   */
  SparkSession session(Map<String, String> more) {
    SparkSession.Builder builder = SparkSession.builder();
    more.forEach(builder::config);
    return builder
        .master(master)
        .appName("afina")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.executor.memory", "768m")
        .config("spark.executor.cores", "1")
        .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        .config("spark.executor.extraJavaOptions", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1")
        .config("spark.executorEnv.OMP_WAIT_POLICY", "passive")
        .config("spark.default.parallelism", "2")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.scheduler.minRegisteredResourcesRatio", "1")
        .config("spark.scheduler.maxRegisteredResourcesWaitingTime", "60s")
        .config("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s")
        .config("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "1")
        .getOrCreate();
  }

  /** The processes of all executors, as the machine numbers them. */
  List<ProcessHandle> executors() {
    return processes.stream()
        .flatMap(p -> p.toHandle().descendants())
        .filter(
            p ->
                p.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend")
                    || p.info().command().orElse("").toLowerCase(Locale.ROOT).endsWith("java"))
        .toList();
  }

  /** What the executors wrote, for messages. */
  String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.endsWith("stderr")).toList()) {
        all.append(file).append('\n').append(Files.readString(file)).append('\n');
      }
    }
    return all.toString();
  }

  @Override
  public void close() {
    List<ProcessHandle> all = processes.stream().flatMap(p -> p.toHandle().descendants()).toList();
    processes.forEach(Process::destroyForcibly);
    all.forEach(ProcessHandle::destroyForcibly);
    processes.forEach(p -> p.onExit().join());
  }
}
