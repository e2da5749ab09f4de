package dev.afina.examples.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.afina.Classifier;
import dev.afina.DeadlineExceededException;
import dev.afina.OverloadedException;
import dev.afina.Prediction;
import dev.afina.Predictor;
import dev.afina.ServingOptions;
import dev.afina.data.Labels;
import dev.afina.examples.api.Caller.Answer;
import dev.afina.micrometer.ModelMetrics;
import dev.afina.testing.Fakes;
import dev.afina.testing.TinyModels;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ApiServerTest {
  private static final ApiLimits LIMITS = new ApiLimits(4_000, 3, 1_000, 1);
  private static final Labels LABELS = Labels.of("negative", "positive");

  private static Classifier probe;
  private static Classifier model;
  private static ApiServer server;
  private static Caller caller;

  @BeforeAll
  static void start() throws IOException {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    ModelMetrics metrics = ModelMetrics.of(registry, "tiny");
    probe = TinyModels.classifier();
    model = probe.withServing(ServingOptions.standard().listener(metrics));
    ServedModel served = new ServedModel("tiny", model.labels(), model, probe);
    server = ApiServer.start(served, LIMITS, registry, "127.0.0.1", 0);
    caller = new Caller(server.port());
  }

  @AfterAll
  static void stop() {
    server.close();
    model.close();
    probe.close();
  }

  @Test
  void oneText_isAnsweredAsTheModelAnswers() {
    Answer answer = caller.classify("{\"text\": \"I lost my card \\ud83d\\ude22\"}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-type")).hasValue("application/json");
    Prediction expected = model.predict("I lost my card 😢");
    assertThat(answer.json().get("label").getAsString()).isEqualTo("lost_or_stolen_card");
    assertThat(answer.json().get("score").getAsDouble()).isCloseTo(expected.score(), within(1e-5));
    JsonObject scores = answer.json().getAsJsonObject("scores");
    assertThat(new ArrayList<>(scores.keySet()))
        .isEqualTo(new ArrayList<>(expected.scores().keySet()));
  }

  @Test
  void severalTexts_areAnsweredInTheirOrder() {
    Answer answer = caller.classify("{\"texts\": [\"change my pin\", \"where is my card\"]}");
    assertThat(answer.status()).isEqualTo(200);
    JsonArray predictions = answer.json().getAsJsonArray("predictions");
    assertThat(predictions).hasSize(2);
    assertThat(predictions.get(0).getAsJsonObject().get("label").getAsString())
        .isEqualTo("change_pin");
    assertThat(predictions.get(1).getAsJsonObject().get("label").getAsString())
        .isEqualTo("card_arrival");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "^^ | 400 | the body ends within the JSON; expected {\"text\": \"...\"} or {\"texts\": [\"...\", \"...\"]}",
        "{\"text\": \"a\" | 400 | the body ends within the JSON",
        "{text: \"a\"} | 400 | the body is no JSON; expected",
        "{\"text\": \"a\"} {} | 400 | the body is no JSON",
        "{\"text\": \"a\"}; | 400 | the body is no JSON",
        "[\"a\"] | 400 | the body: an array; expected",
        "{} | 400 | no text; expected",
        "{\"text\": 7} | 400 | \"text\": a number; expected",
        "{\"text\": null} | 400 | \"text\": null; expected",
        "{\"text\": {\"text\": \"a\"}} | 400 | \"text\": an object; expected",
        "{\"text\": \"  \"} | 400 | \"text\": no text, only spaces or nothing",
        "{\"texts\": \"a\"} | 400 | \"texts\": a string; expected",
        "{\"texts\": []} | 400 | \"texts\": empty, expected 1 to 3 texts",
        "{\"texts\": [\"a\", true]} | 400 | \"texts\"[1]: true or false; expected",
        "{\"texts\": [\"a\", \"\"]} | 400 | \"texts\"[1]: no text",
        "{\"txt\": \"a\"} | 400 | \"txt\": unknown; expected",
        "{\"text\": \"a\", \"text\": \"b\"} | 400 | \"text\" and \"texts\": give one of them, once",
        "{\"texts\": [\"a\", \"a\", \"a\", \"a\"]} | 413 | \"texts\": at most 3 per request; send several requests",
      })
  void whatIsWrongWithABody_isSaid(String body, int status, String detail) {
    requireProblem(caller.classify(body), status, detail);
  }

  @Test
  void limitsOfLength_areSaid() {
    String long1001 = new Gson().toJson(Map.of("text", "a".repeat(1_001)));
    requireProblem(caller.classify(long1001), 413, "\"text\": 1001 characters, at most 1000;");
    String text = "{\"text\": \"" + "a".repeat(1_000) + "\"}";
    assertThat(caller.classify(text).status()).isEqualTo(200);
    String full = text + " ".repeat(4_000 - text.length());
    assertThat(caller.classify(full).status()).isEqualTo(200);
    requireProblem(caller.classify(full + " "), 413, "the body: at most 4000 bytes;");
    Answer chunked =
        caller.send(
            "POST",
            "/classify",
            BodyPublishers.ofByteArrays(List.of(full.getBytes(UTF_8), full.getBytes(UTF_8))),
            "application/json");
    requireProblem(chunked, 413, "the body: at most 4000 bytes;");
    requireProblem(caller.classify("[".repeat(3_900)), 400, "the body: an array;");
  }

  @Test
  void otherTypes_pathsAndMethods_areRefused() {
    requireProblem(
        caller.send("POST", "/classify", BodyPublishers.ofString("text=a"), "text/plain"),
        415,
        "Content-Type: expected application/json");
    byte[] latin1 = {'{', '"', 't', 'e', 'x', 't', '"', ':', '"', (byte) 0xe9, '"', '}'};
    requireProblem(
        caller.send("POST", "/classify", BodyPublishers.ofByteArray(latin1), "application/json"),
        400,
        "the body is not UTF-8");
    requireProblem(
        caller.get("/clasify"),
        404,
        "no such path; there are /, /app.js, /classify, /health, /metrics, /openapi.json, /style.css");
    Answer wrongMethod = caller.get("/classify");
    requireProblem(wrongMethod, 405, "/classify: expected POST");
    assertThat(wrongMethod.header("Allow")).hasValue("POST");
    requireProblem(
        caller.send("DELETE", "/health", BodyPublishers.noBody(), null),
        405,
        "/health: expected GET");
  }

  @Test
  void page_loadsNothingFromElsewhere() {
    Answer page = caller.get("/");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Security-Policy").orElseThrow())
        .startsWith("default-src 'none'; style-src 'self'; script-src 'self';");
    for (String path : List.of("/", "/style.css", "/app.js")) {
      Answer file = caller.get(path);
      assertThat(file.status()).as(path).isEqualTo(200);
      assertThat(file.header("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(file.response().body().replace("http://www.w3.org/2000/svg", ""))
          .as(path)
          .doesNotContain("http:", "https:", "//cdn", "@import", " style=", "onclick=");
    }
  }

  @Test
  void description_namesTheRoutesAndTheLimits() {
    JsonObject description = caller.get("/openapi.json").json();
    Map<String, List<String>> described =
        description.getAsJsonObject("paths").asMap().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    path ->
                        path.getValue().getAsJsonObject().keySet().stream()
                            .map(method -> method.toUpperCase(Locale.ROOT))
                            .toList()));
    assertThat(described).isEqualTo(server.routes());
    JsonObject texts =
        description
            .getAsJsonObject("components")
            .getAsJsonObject("schemas")
            .getAsJsonObject("SeveralTexts")
            .getAsJsonObject("properties")
            .getAsJsonObject("texts");
    assertThat(texts.get("maxItems").getAsInt()).isEqualTo(LIMITS.texts());
    assertThat(texts.getAsJsonObject("items").get("maxLength").getAsInt())
        .isEqualTo(LIMITS.characters());
    requireReferences(description);
  }

  /** Each $ref names something. */
  private static void requireReferences(JsonObject description) {
    Matcher references =
        Pattern.compile("\"\\$ref\":\"#/components/(\\w+)/(\\w+)\"")
            .matcher(description.toString());
    int count = 0;
    while (references.find()) {
      count++;
      assertThat(
              description
                  .getAsJsonObject("components")
                  .getAsJsonObject(references.group(1))
                  .has(references.group(2)))
          .as(references.group())
          .isTrue();
    }
    assertThat(count).isGreaterThan(10);
  }

  @Test
  void healthAndMetrics_tellWhatHappens() {
    caller.classify("{\"text\": \"I lost my card\"}");
    caller.get("/nothing/here");
    JsonObject health = caller.get("/health").json();
    assertThat(health.get("status").getAsString()).isEqualTo("up");
    assertThat(health.get("model").getAsString()).isEqualTo("tiny");
    assertThat(health.getAsJsonArray("labels")).hasSize(6);
    Answer metrics = caller.get("/metrics");
    assertThat(metrics.header("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(metrics.response().body())
        .containsPattern("afina_calls_seconds_count\\{model=\"tiny\"} [1-9]")
        .containsPattern(
            "http_server_requests_seconds_count\\{method=\"POST\",status=\"200\",uri=\"/classify\"} [1-9]")
        .contains("uri=\"UNKNOWN\"")
        .doesNotContain("/nothing/here");
  }

  @Test
  void health_asksTheModel() throws IOException {
    List<RuntimeException> problems = new ArrayList<>();
    Predictor<Prediction> probe =
        data -> {
          if (!problems.isEmpty()) {
            throw problems.remove(0);
          }
          return fake().predict(data);
        };
    Predictor<Prediction> notAsked =
        data -> {
          throw new AssertionError("a check is no call");
        };
    ServedModel served = new ServedModel("fake", LABELS, notAsked, probe);
    try (ApiServer api = ApiServer.start(served, LIMITS, registry(), "127.0.0.1", 0)) {
      Caller to = new Caller(api.port());
      requireHealth(to.get("/health"), 200, "up");
      problems.add(new OverloadedException(9, 8));
      problems.add(new DeadlineExceededException(Duration.ofMillis(250)));
      requireHealth(to.get("/health"), 200, "busy");
      requireHealth(to.get("/health"), 200, "busy");
      problems.add(new IllegalStateException("this Classifier is closed"));
      requireHealth(to.get("/health"), 503, "down");
      requireHealth(to.get("/health"), 200, "up");
    }
  }

  private static void requireHealth(Answer answer, int code, String status) {
    assertThat(answer.status()).isEqualTo(code);
    assertThat(answer.json().get("status").getAsString()).isEqualTo(status);
  }

  @Test
  void overloadAndDeadlines_areSaidWithTheWayOut() throws IOException {
    Predictor<Prediction> failing =
        data -> {
          throw switch (data.get(0).text()) {
            case "full" -> new OverloadedException(9, 8);
            case "slow" -> new DeadlineExceededException(Duration.ofMillis(250));
            default -> new IllegalStateException("a secret of the server");
          };
        };
    try (ApiServer failingServer = serve(failing)) {
      Caller to = new Caller(failingServer.port());
      Answer full = to.classify("{\"text\": \"full\"}");
      requireProblem(full, 503, "too much is waiting; try again in a second");
      assertThat(full.header("Retry-After")).hasValue("1");
      requireProblem(
          to.classify("{\"text\": \"slow\"}"),
          504,
          "no answer within 250 ms, the time that a request has;");
      Answer broken = to.classify("{\"text\": \"broken\"}");
      requireProblem(broken, 500, "an error of the server; its log says which");
      assertThat(broken.response().body()).doesNotContain("secret");
    }
  }

  /** The limit is one list: the second is refused, and after the first has ended a third is not. */
  @Test
  void listsAtOnce_areLimited() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (ApiServer waiting = serve(waiting(begun, go))) {
      Caller to = new Caller(waiting.port());
      String list = "{\"texts\": [\"a\", \"b\"]}";
      CompletableFuture<Answer> first = CompletableFuture.supplyAsync(() -> to.classify(list));
      begun.await();
      Answer second = to.classify(list);
      requireProblem(second, 503, "too much is waiting");
      assertThat(second.header("Retry-After")).hasValue("1");
      go.countDown();
      assertThat(first.get().status()).isEqualTo(200);
      assertThat(to.classify(list).status()).isEqualTo(200);
    }
  }

  /** Closing waits for the request at hand, whose answer arrives whole. */
  @Test
  void closing_answersWhatIsThere() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    ApiServer stopping = serve(waiting(begun, go));
    Caller to = new Caller(stopping.port());
    CompletableFuture<Answer> answer =
        CompletableFuture.supplyAsync(() -> to.classify("{\"text\": \"a\"}"));
    begun.await();
    CompletableFuture<Void> closed = CompletableFuture.runAsync(stopping::close);
    assertThat(closed).isNotDone();
    go.countDown();
    assertThat(answer.get().status()).isEqualTo(200);
    assertThat(answer.get().json().get("label").getAsString()).isEqualTo("positive");
    closed.get();
    assertThatThrownBy(() -> to.get("/health")).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void busyPort_isOneMessage() {
    int busy = server.port();
    assertThatThrownBy(
            () -> ApiServer.start(fake("x", fake()), LIMITS, registry(), "127.0.0.1", busy))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "port " + busy + " of 127.0.0.1 is busy or not ours; choose another with --port");
  }

  private static void requireProblem(Answer answer, int status, String detail) {
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
    assertThat(answer.header("content-type").orElseThrow()).startsWith("application/problem+json");
    assertThat(answer.json().get("status").getAsInt()).isEqualTo(status);
    assertThat(answer.json().get("title").getAsString()).isNotEmpty();
    assertThat(answer.detail()).startsWith(detail);
  }

  private static ApiServer serve(Predictor<Prediction> predictor) throws IOException {
    return ApiServer.start(fake("fake", predictor), LIMITS, registry(), "127.0.0.1", 0);
  }

  private static ServedModel fake(String name, Predictor<Prediction> predictor) {
    return new ServedModel(name, LABELS, predictor, predictor);
  }

  private static PrometheusMeterRegistry registry() {
    return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  }

  private static Predictor<Prediction> fake() {
    return Fakes.classifier(LABELS, text -> "positive");
  }

  private static Predictor<Prediction> waiting(CountDownLatch begun, CountDownLatch go) {
    return Fakes.classifier(
        LABELS,
        text -> {
          begun.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return "positive";
        });
  }
}
