package dev.afina.hub;

import java.nio.file.Path;
import java.util.List;

/** Pulls a snapshot in a process of its own: endpoint, cache, model. */
final class PullProgram {
  private PullProgram() {}

  public static void main(String[] arguments) throws Exception {
    HubClient client =
        HubClient.builder()
            .endpoint(arguments[0])
            .cache(Path.of(arguments[1]))
            .retry(HubClientTest.FAST)
            .build();
    client.snapshot(
        ModelReference.parse(arguments[2]), List.of("*.json", "*.safetensors"), List.of());
  }

  /** Starts this program with the class path of this JVM. */
  static Process start(String endpoint, Path cache, String model, Path log) throws Exception {
    return new ProcessBuilder(command(endpoint, cache, model))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  static List<String> command(String endpoint, Path cache, String model) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        PullProgram.class.getName(),
        endpoint,
        cache.toString(),
        model);
  }
}
