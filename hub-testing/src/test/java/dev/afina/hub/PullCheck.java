package dev.afina.hub;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.afina.hub.testing.LocalHub;
import dev.afina.hub.testing.LocalRepository;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What interop/check_hub_pull.py runs.
 *
 * <p>{@code serve FOLDER}: a Hub with the model tester/tiny made of the folder, and its tag v1 and
 * pull request refs/pr/1. Prints its address; then answers each line of standard input: {@code
 * requests} with the requests since the last time, {@code put NAME TEXT}, {@code slow
 * BYTES_PER_SECOND} for the next 100 files. {@code snapshot REFERENCE PATTERN…} and {@code files
 * REFERENCE NAME…}: pull with a client as the environment says, and print the path.
 */
final class PullCheck {
  private PullCheck() {}

  public static void main(String[] arguments) throws IOException {
    switch (arguments[0]) {
      case "serve" -> serve(Path.of(arguments[1]));
      case "snapshot" ->
          print(
              HubClient.fromEnvironment()
                  .snapshot(
                      ModelReference.parse(arguments[1]),
                      List.of(arguments).subList(2, arguments.length),
                      List.of()));
      case "files" -> {
        HubClient client = HubClient.fromEnvironment();
        for (String name : List.of(arguments).subList(2, arguments.length)) {
          print(client.download(ModelReference.parse(arguments[1]), name));
        }
      }
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void serve(Path folder) throws IOException {
    try (LocalHub hub = LocalHub.start();
        Stream<Path> files = Files.list(folder);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      LocalRepository repository = hub.model("tester/tiny");
      for (Path file : files.toList()) {
        repository.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
      repository.put("deep/er/note.txt", "a file in folders");
      repository.tag("v1", "main").branch("refs/pr/1", "main");
      hub.clearRequests();
      print(hub.endpoint());
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", 3);
        switch (words[0]) {
          case "requests" -> {
            JsonArray requests = new JsonArray();
            hub.requests()
                .forEach(
                    r -> {
                      JsonObject request = new JsonObject();
                      request.addProperty("host", r.host().name());
                      request.addProperty("method", r.method());
                      request.addProperty("path", r.path());
                      request.addProperty("authorized", r.authorized());
                      requests.add(request);
                    });
            hub.clearRequests();
            print(requests);
          }
          case "put" -> print(repository.put(words[1], words[2]).commitId("main"));
          case "slow" -> {
            hub.faults().on("GET", "").times(100).slow(Long.parseLong(words[1]));
            print("slow");
          }
          case "fast" -> {
            hub.faults().clear();
            print("fast");
          }
          default -> throw new IllegalArgumentException(line);
        }
      }
    }
  }

  private static void print(Object line) {
    System.out.println(line);
    System.out.flush();
  }
}
