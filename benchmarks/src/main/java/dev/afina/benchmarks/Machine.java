package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the figures were measured on. */
final class Machine {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Path STAT = Path.of("/proc/stat");

  private Machine() {}

  /** Hardware, systems and versions of both sides. */
  static JsonObject json(Lab lab) throws IOException {
    JsonObject python = lab.askPython(Json.object("do", "versions"));
    try (Child ours = lab.ours();
        Child onnx = lab.onnx()) {
      JsonObject versions = Json.object("do", "versions");
      return Json.object(
          "cpu", cpu(),
          "cores", Runtime.getRuntime().availableProcessors(),
          "memoryGiB", memory(),
          "os", System.getProperty("os.name") + " " + System.getProperty("os.arch"),
          "java", System.getProperty("java.runtime.version"),
          "torchOurs", ours.ask(versions).get("torch"),
          "torchPeer", python.get("torch"),
          "transformers", python.get("transformers"),
          "python", python.get("python"),
          "onnxruntime", onnx.ask(versions).get("onnxruntime"),
          "onnxruntimeExport", python.get("onnxruntime"));
    }
  }

  /**
   * The share of the cores' time that the machine is busy with others' work, as long as ours rests:
   * looked at for half a second; NaN where Linux does not tell.
   */
  static double busy() throws IOException {
    if (!Files.isReadable(STAT)) {
      return Double.NaN;
    }
    try {
      long[] before = times();
      Thread.sleep(500);
      long[] after = times();
      double all = after[0] - before[0];
      return all == 0 ? 0 : 1 - (after[1] - before[1]) / all;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted before a row", e);
    }
  }

  /** All time of all cores since the machine started, and of that the idle one. */
  private static long[] times() throws IOException {
    String[] fields =
        Files.readAllLines(STAT).get(0).split("\\s+", -1); // cpu user nice system idle …
    long all = 0;
    for (int i = 1; i < fields.length; i++) {
      all += Long.parseLong(fields[i]);
    }
    return new long[] {all, Long.parseLong(fields[4]) + Long.parseLong(fields[5])};
  }

  private static String cpu() throws IOException {
    return Files.isReadable(CPU_INFO)
        ? cpu(Files.readAllLines(CPU_INFO))
        : System.getProperty("os.arch");
  }

  /**
   * The processor's name by Linux, with its family and model where there are such: virtual machines
   * call processors of several generations alike.
   */
  static String cpu(List<String> cpuInfo) {
    String name = System.getProperty("os.arch");
    String family = "";
    String model = "";
    for (String line : cpuInfo) {
      String value = line.substring(line.indexOf(':') + 1).strip();
      if (line.isBlank()) {
        break; // the second processor
      } else if (line.startsWith("model name")) {
        name = value;
      } else if (line.startsWith("cpu family")) {
        family = " family " + value;
      } else if (line.startsWith("model\t") || line.startsWith("model ")) {
        model = " model " + value;
      }
    }
    return name + family + model;
  }

  private static double memory() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? Math.round(system.getTotalMemorySize() / (double) (1 << 30) * 10) / 10.0
        : 0;
  }
}
