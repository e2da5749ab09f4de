package dev.afina.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.afina.Classifier;
import dev.afina.Precision;
import dev.afina.Prediction;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Predicts texts, from strings to labels: all in one call ("batched"), a batch a call ("chunks"),
 * one a call ("single"), or one a call from many threads ("threads").
 */
final class PredictionTask implements Task {
  private static final int WARM_UPS = 2;

  /** Long enough for a JVM with the Vector API, which prepares itself beside the first texts. */
  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final int THREADS = 16;

  private final Classifier classifier;
  private final List<String> texts;
  private final String mode;
  private final int batchSize;
  private final SingleCalls calls;

  /** Loads the model and warms up. */
  PredictionTask(JsonObject options) throws IOException {
    this.texts =
        Dataset.jsonLines(Path.of(options.get("data").getAsString())).stream()
            .map(Example::text)
            .toList();
    this.mode = Json.text(options, "mode", "batched");
    this.batchSize = Json.number(options, "batchSize", 1);
    this.calls = new SingleCalls(Json.number(options, "pause", 0));
    try (Classifier loaded = Classifier.load(Path.of(options.get("model").getAsString()));
        Classifier cut = loaded.withMaxTokens(options.get("maxTokens").getAsInt())) {
      this.classifier =
          cut.withPrecision(
              Precision.valueOf(Json.text(options, "precision", Precision.FLOAT32.name())));
    }
    long end = System.nanoTime() + WARM_UP_NANOS;
    for (int i = 0; i < WARM_UPS || (isSingle() && System.nanoTime() - end < 0); i++) {
      round();
    }
  }

  /** Logits and scores of all texts, each by itself if that is what is timed. */
  @Override
  public JsonObject gate(JsonObject request) {
    List<Prediction> predictions =
        isSingle() ? texts.stream().map(classifier::predict).toList() : classifier.predict(texts);
    JsonArray logits = new JsonArray();
    JsonArray scores = new JsonArray();
    for (Prediction prediction : predictions) {
      for (float logit : prediction.logits()) {
        logits.add(logit);
      }
      for (double score : prediction.probabilities()) {
        scores.add(score);
      }
    }
    return Json.object("logits", logits, "scores", scores, "threads", Json.array(namesOfThreads()));
  }

  private static Set<String> namesOfThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public JsonObject round() throws IOException {
    if (isSingle()) {
      return calls.measure(texts, classifier::predict);
    }
    long begun = System.nanoTime();
    switch (mode) {
      case "batched" -> classifier.predict(texts);
      case "chunks" -> chunks();
      case "threads" -> threads();
      default -> throw new IllegalArgumentException("mode \"" + mode + "\"");
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    return Json.object("seconds", seconds, "texts", texts.size());
  }

  @Override
  public void close() {
    classifier.close();
  }

  private boolean isSingle() {
    return mode.equals("single");
  }

  private void chunks() {
    for (int from = 0; from < texts.size(); from += batchSize) {
      classifier.predict(texts.subList(from, Math.min(texts.size(), from + batchSize)));
    }
  }

  private void threads() throws IOException {
    AtomicInteger next = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        done.add(pool.submit(() -> takeFrom(next)));
      }
      for (Future<?> future : done) {
        future.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while threads predicted", e);
    } catch (ExecutionException e) {
      throw new IOException("a predicting thread failed: " + e.getCause(), e);
    } finally {
      pool.shutdown();
    }
  }

  private void takeFrom(AtomicInteger next) {
    for (int i = next.getAndIncrement(); i < texts.size(); i = next.getAndIncrement()) {
      classifier.predict(texts.get(i));
    }
  }
}
