package dev.afina.hub.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Runs a {@link LocalHub} until its standard input ends, for checks written in other languages.
 *
 * <p>Arguments: {@code --port N} (0: any free one), {@code --page-size N}, {@code --parts BYTES}
 * (large files with more bytes are uploaded in parts of as many), {@code --resolve-cache}. Prints
 * one line of JSON: endpoint, storage, token. Then each line of the input is a command, which is
 * answered by one line of JSON:
 *
 * <ul>
 *   <li>{@code requests}: the requests since the last such command, a list
 *   <li>{@code cut METHOD PATH-PART BYTES}: the next such answer is cut after so many bytes
 *   <li>{@code status METHOD PATH-PART STATUS TIMES}: such requests fail
 * </ul>
 */
final class LocalHubMain {
  private LocalHubMain() {}

  public static void main(String[] arguments) throws IOException {
    LocalHub.Options options = LocalHub.Options.defaults();
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--port" -> options = options.withPort(Integer.parseInt(arguments[++i]));
        case "--page-size" -> options = options.withPageSize(Integer.parseInt(arguments[++i]));
        case "--parts" -> {
          long bytes = Long.parseLong(arguments[++i]);
          options = options.withParts(bytes, bytes);
        }
        case "--resolve-cache" -> options = options.withResolveCache();
        default -> throw new IllegalArgumentException("unknown argument: " + arguments[i]);
      }
    }
    try (LocalHub hub = LocalHub.start(options)) {
      JsonObject hello = new JsonObject();
      hello.addProperty("endpoint", hub.endpoint().toString());
      hello.addProperty("storage", hub.storageEndpoint().toString());
      hello.addProperty("token", hub.token());
      print(hello.toString());
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        print(answer(hub, line.strip().split(" ", -1)));
      }
    }
  }

  private static String answer(LocalHub hub, String[] command) {
    switch (command[0]) {
      case "requests" -> {
        JsonArray requests = new JsonArray();
        for (RecordedRequest request : hub.requests()) {
          JsonObject entry = new JsonObject();
          entry.addProperty("host", request.host().name());
          entry.addProperty("method", request.method());
          entry.addProperty("path", request.path());
          entry.addProperty("status", request.status());
          entry.addProperty("authorized", request.authorized());
          entry.addProperty("received", request.bytesReceived());
          entry.addProperty("sent", request.bytesSent());
          requests.add(entry);
        }
        hub.clearRequests();
        return requests.toString();
      }
      case "cut" -> hub.faults().on(command[1], command[2]).cutAfter(Long.parseLong(command[3]));
      case "status" ->
          hub.faults()
              .on(command[1], command[2])
              .times(Integer.parseInt(command[4]))
              .status(Integer.parseInt(command[3]));
      default -> throw new IllegalArgumentException("unknown command: " + command[0]);
    }
    return "{}";
  }

  private static void print(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
