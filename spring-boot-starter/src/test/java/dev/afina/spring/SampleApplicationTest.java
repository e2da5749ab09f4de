package dev.afina.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.Classifier;
import dev.afina.spring.sample.LateController;
import dev.afina.spring.sample.SampleApplication;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;

/** Starts the sample and calls it as its clients would, on Boot 3 and on Boot 4. */
class SampleApplicationTest {
  private static ConfigurableApplicationContext application;
  private static Http http;

  @BeforeAll
  static void start() {
    application = SpringApplication.run(SampleApplication.class);
    http =
        new Http(
            application.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @Test
  void boot_isTheOneOfThisExecution() {
    assertThat(SpringBootVersion.getVersion()).isEqualTo(System.getProperty("expected.boot"));
  }

  @Test
  void prediction_isReturnedAsJson() throws Exception {
    HttpResponse<String> response = http.post("/route", "{\"text\":\"I lost my card\"}");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    JsonObject json = JsonParser.parseString(response.body()).getAsJsonObject();
    assertThat(json.keySet()).startsWith("label", "score", "scores");
    assertThat(json.get("label").getAsString()).isEqualTo("lost_or_stolen_card");
    assertThat(json.getAsJsonObject("scores").size()).isEqualTo(6);
  }

  @Test
  void evaluation_isReturnedAsJson() throws Exception {
    HttpResponse<String> response =
        http.post("/evaluate", "[{\"text\":\"I lost my card\",\"label\":\"lost_or_stolen_card\"}]");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .startsWith("{\"examples\":1,\"metrics\":{")
        .contains("\"accuracy\":1.0")
        .doesNotContain("NaN");
  }

  @Test
  void health_hasEachModel() throws Exception {
    HttpResponse<String> response = http.get("/actuator/health");
    assertThat(response.statusCode()).isEqualTo(200);
    JsonObject afina =
        JsonParser.parseString(response.body())
            .getAsJsonObject()
            .getAsJsonObject("components")
            .getAsJsonObject("afina");
    assertThat(afina.get("status").getAsString()).isEqualTo("UP");
    assertThat(afina.getAsJsonObject("details").getAsJsonObject("intents"))
        .hasToString("{\"type\":\"Classifier\",\"maxTokens\":64}");
  }

  @Test
  void meters_countCallsByModel() throws Exception {
    http.post("/route", "{\"text\":\"I lost my card\"}");
    HttpResponse<String> response = http.get("/actuator/metrics/afina.texts?tag=model:intents");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("\"name\":\"afina.texts\"");
    assertThat(http.get("/actuator/metrics/afina.inflight.texts").body()).contains("\"value\":0");
  }

  @Test
  void stopping_answersWhatIsAcceptedThenClosesTheModel() throws Exception {
    ConfigurableApplicationContext other = SpringApplication.run(SampleApplication.class);
    Classifier model = other.getBean(Classifier.class);
    Http client =
        new Http(other.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
    CountDownLatch accepted = new CountDownLatch(1);
    other.addApplicationListener(event -> countDown(event, accepted));
    CompletableFuture<HttpResponse<String>> late = client.getLater("/late");
    accepted.await();
    other.close();
    assertThat(late.get().statusCode()).isEqualTo(200);
    assertThat(late.get().body()).contains("\"label\":\"card_arrival\"");
    assertThatThrownBy(() -> model.predict("x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this Classifier is closed");
  }

  private static void countDown(ApplicationEvent event, CountDownLatch accepted) {
    if (event instanceof PayloadApplicationEvent<?> sent
        && sent.getPayload() instanceof LateController.Accepted) {
      accepted.countDown();
    }
  }
}
