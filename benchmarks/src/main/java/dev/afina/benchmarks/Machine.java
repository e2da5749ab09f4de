package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the figures were measured on. */
final class Machine {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

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

  private static String cpu() throws IOException {
    if (Files.isReadable(CPU_INFO)) {
      for (String line : Files.readAllLines(CPU_INFO)) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    }
    return System.getProperty("os.arch");
  }

  private static double memory() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? Math.round(system.getTotalMemorySize() / (double) (1 << 30) * 10) / 10.0
        : 0;
  }
}
