package dev.afina.examples.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.Classifier;
import dev.afina.ServingOptions;
import dev.afina.examples.api.Caller.Answer;
import dev.afina.micrometer.ModelMetrics;
import dev.afina.testing.TinyModels;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Calls a server from many connections at once; each has one request open at any time. In the build
 * one second with a tiny model shows that no answer is wrong; {@code -Dafina.load.seconds=60
 * -Dafina.load.model=FOLDER} measures.
 */
class LoadTest {
  private static final int CONNECTIONS = 32;
  private static final int SECONDS = Integer.getInteger("afina.load.seconds", 1);
  private static final String MODEL = System.getProperty("afina.load.model", TinyModels.CLASSIFIER);
  private static final List<String> TEXTS =
      List.of(
          "I lost my card",
          "What a waste of time, I want those two hours of my life back.",
          "The first half drags a little, but the ending is worth every minute of the wait, and the"
              + " two leads carry it without effort.",
          "Meh.");

  @Test
  void manyConnections_getTheRightAnswers() throws Exception {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    ServingOptions serving =
        ServingOptions.standard()
            .tokensInFlight(65_536)
            .deadline(Duration.ofSeconds(10))
            .listener(ModelMetrics.of(registry, "load"));
    try (Classifier loaded = Classifier.load(MODEL);
        Classifier model = loaded.withServing(serving);
        ApiServer server =
            ApiServer.start(
                new ServedModel("load", model.labels(), model, loaded),
                ApiLimits.STANDARD,
                registry,
                "127.0.0.1",
                0)) {
      List<String> expected = TEXTS.stream().map(text -> model.predict(text).label()).toList();
      long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
      ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
      List<Future<long[]>> calls = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        int first = i;
        calls.add(threads.submit(() -> call(server.port(), first, end, expected)));
      }
      long[] nanos = new long[0];
      for (Future<long[]> call : calls) {
        long[] more = call.get();
        int before = nanos.length;
        nanos = Arrays.copyOf(nanos, before + more.length);
        System.arraycopy(more, 0, nanos, before, more.length);
      }
      threads.shutdown();
      Arrays.sort(nanos);
      assertThat(nanos.length).isGreaterThan(CONNECTIONS);
      if (SECONDS > 1) {
        System.out.printf(
            Locale.ROOT,
            "%d connections, %d s: %d answers, none wrong, %.1f a second; p50 %.1f ms, p99 %.1f ms,"
                + " greatest %.1f ms%n",
            CONNECTIONS,
            SECONDS,
            nanos.length,
            (double) nanos.length / SECONDS,
            at(nanos, 0.5),
            at(nanos, 0.99),
            at(nanos, 1));
      }
    }
  }

  /** One connection: a client of its own, which keeps it open. */
  private static long[] call(int port, int first, long end, List<String> expected) {
    Caller caller =
        new Caller(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), port);
    long[] nanos = new long[1 << 10];
    int count = 0;
    while (count < 2 || System.nanoTime() < end) { // also on a machine that is busy
      int text = (first + count) % TEXTS.size();
      long began = System.nanoTime();
      Answer answer = caller.classify("{\"text\": \"" + TEXTS.get(text) + "\"}");
      long took = System.nanoTime() - began;
      assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
      assertThat(answer.json().get("label").getAsString()).isEqualTo(expected.get(text));
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = took;
    }
    return Arrays.copyOf(nanos, count);
  }

  /** In milliseconds. */
  private static double at(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1, share * sorted.length)] / 1e6;
  }
}
