package dev.afina.examples.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A headless browser of this machine, driven through its DevTools protocol: one tab, one client.
 */
final class Chromium implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final String LISTENING = "DevTools listening on ";
  private static final int SECONDS = 20;

  private final Process process;
  private final WebSocket tab;
  private final Map<Integer, CompletableFuture<JsonObject>> open = new ConcurrentHashMap<>();
  private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger ids = new AtomicInteger();

  private Chromium(Process process, int port) throws IOException, InterruptedException {
    this.process = process;
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest list =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list")).build();
    JsonArray tabs =
        JsonParser.parseString(client.send(list, BodyHandlers.ofString()).body()).getAsJsonArray();
    String address = "";
    for (JsonElement one : tabs) {
      if (one.getAsJsonObject().get("type").getAsString().equals("page")) {
        address = one.getAsJsonObject().get("webSocketDebuggerUrl").getAsString();
      }
    }
    this.tab = client.newWebSocketBuilder().buildAsync(URI.create(address), new Messages()).join();
  }

  /** Where one is installed. */
  static Optional<Path> installed() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts one with a profile of its own. */
  static Chromium start(Path program, Path profile) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--user-data-dir=" + profile,
                "--remote-debugging-port=0",
                "about:blank")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader err =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
    for (String line = err.readLine(); line != null; line = err.readLine()) {
      if (line.startsWith(LISTENING)) {
        Thread rest = new Thread(() -> err.lines().forEach(said -> {}), "chromium-err");
        rest.setDaemon(true);
        rest.start();
        return new Chromium(process, URI.create(line.substring(LISTENING.length())).getPort());
      }
    }
    throw new IOException(program + " ended before it listened");
  }

  /** Opens a page, and hears what it complains of from then on. */
  void open(String address) throws Exception {
    call("Page.enable", Map.of());
    call("Log.enable", Map.of());
    call("Runtime.enable", Map.of());
    call("Page.navigate", Map.of("url", address));
    await("document.readyState === 'complete' && location.href !== 'about:blank'");
  }

  /** Types into what has the focus. */
  void type(String text) throws Exception {
    call("Input.insertText", Map.of("text", text));
  }

  /** Presses a key, as a person would: Tab and Enter do what they do. */
  void press(String key, int code, String text) throws Exception {
    for (String type : List.of("keyDown", "keyUp")) {
      JsonObject event = new JsonObject();
      event.addProperty("type", type);
      event.addProperty("key", key);
      event.addProperty("code", key);
      event.addProperty("windowsVirtualKeyCode", code);
      if (type.equals("keyDown") && !text.isEmpty()) {
        event.addProperty("text", text);
      }
      send("Input.dispatchKeyEvent", event);
    }
  }

  /** How wide the window is, and whether it is dark. */
  void look(int width, int height, boolean dark) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    JsonObject scheme = new JsonObject();
    scheme.addProperty("name", "prefers-color-scheme");
    scheme.addProperty("value", dark ? "dark" : "light");
    JsonArray features = new JsonArray();
    features.add(scheme);
    JsonObject media = new JsonObject();
    media.add("features", features);
    send("Emulation.setEmulatedMedia", media);
  }

  /** The value of an expression, as text. */
  String value(String expression) throws Exception {
    JsonObject result =
        call("Runtime.evaluate", Map.of("expression", "String(" + expression + ")"))
            .getAsJsonObject("result")
            .getAsJsonObject("result");
    return result.get("value").getAsString();
  }

  /** Waits until an expression is true. */
  void await(String expression) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!value(expression).equals("true")) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "not within "
                + SECONDS
                + " s: "
                + expression
                + "; the page has "
                + value("document.body.innerText"));
      }
      Thread.sleep(20);
    }
  }

  /** Writes a picture of the page. */
  void shoot(Path png) throws Exception {
    String data =
        call("Page.captureScreenshot", Map.of("format", "png"))
            .getAsJsonObject("result")
            .get("data")
            .getAsString();
    Files.write(png, Base64.getDecoder().decode(data));
  }

  /** What the page complained of: errors of scripts, of its policy, of files that are not there. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  @Override
  public void close() throws Exception {
    tab.abort();
    process.destroy();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  private JsonObject call(String method, Map<String, Object> parameters) throws Exception {
    JsonObject object = new JsonObject();
    parameters.forEach(
        (name, value) -> {
          if (value instanceof Number number) {
            object.addProperty(name, number);
          } else if (value instanceof Boolean truth) {
            object.addProperty(name, truth);
          } else {
            object.addProperty(name, value.toString());
          }
        });
    return send(method, object);
  }

  private JsonObject send(String method, JsonObject parameters) throws Exception {
    int id = ids.incrementAndGet();
    JsonObject message = new JsonObject();
    message.addProperty("id", id);
    message.addProperty("method", method);
    message.add("params", parameters);
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    open.put(id, answer);
    tab.sendText(message.toString(), true).join();
    return answer.get(SECONDS, TimeUnit.SECONDS);
  }

  /** What the tab says: answers by their id, and events. */
  private final class Messages implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      message.append(part);
      if (last) {
        JsonObject said = JsonParser.parseString(message.toString()).getAsJsonObject();
        message.setLength(0);
        if (said.has("id")) {
          open.remove(said.get("id").getAsInt()).complete(said);
        } else if (said.get("method").getAsString().equals("Runtime.exceptionThrown")
            || said.get("method").getAsString().equals("Log.entryAdded")) {
          complaints.add(said.getAsJsonObject("params").toString());
        }
      }
      socket.request(1);
      return null;
    }
  }
}
