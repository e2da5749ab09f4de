package dev.afina.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.afina.Classifier;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Predicts short texts, one a call from some threads, beside callers with long texts, alone and in
 * lists, if there are any.
 */
final class MixedTask implements Task {
  private static final int CALLERS = 8;
  private static final int LONG_CHARS = 100_000;
  private static final int LONG_LIST = 64;

  private final Classifier classifier;
  private final List<String> texts;
  private final String longText;
  private final int longCallers;

  /** Loads the model and warms up. */
  MixedTask(JsonObject options) throws IOException {
    this.texts =
        Dataset.jsonLines(Path.of(options.get("data").getAsString())).stream()
            .map(Example::text)
            .toList();
    this.longText = longText(texts);
    this.longCallers = options.get("longCallers").getAsInt();
    this.classifier = Classifier.load(Path.of(options.get("model").getAsString()));
    round();
  }

  private static String longText(List<String> texts) {
    String all = String.join(" ", texts);
    return all.repeat(LONG_CHARS / all.length() + 1).substring(0, LONG_CHARS);
  }

  /** Logits of all short texts, as they come beside the long ones. */
  @Override
  public JsonObject gate(JsonObject request) throws IOException {
    float[][] logits = new float[texts.size()][];
    besideLongOnes(i -> logits[i] = classifier.predict(texts.get(i)).logits());
    JsonArray all = new JsonArray();
    for (float[] row : logits) {
      for (float logit : row) {
        all.add(logit);
      }
    }
    return Json.object("logits", all);
  }

  /** The time of the slowest hundredth of the calls with short texts, in milliseconds. */
  @Override
  public JsonObject round() throws IOException {
    double[] milliseconds = new double[texts.size()];
    besideLongOnes(
        i -> {
          long begun = System.nanoTime();
          classifier.predict(texts.get(i));
          milliseconds[i] = (System.nanoTime() - begun) / 1e6;
        });
    Arrays.sort(milliseconds);
    return Json.object(
        "p50", Series.median(milliseconds), "p99", milliseconds[milliseconds.length * 99 / 100]);
  }

  @Override
  public void close() {
    classifier.close();
  }

  /** What is done with a text, by its number. */
  private interface Call {
    void with(int text);
  }

  private void besideLongOnes(Call call) throws IOException {
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean ended = new AtomicBoolean();
    ExecutorService pool = Executors.newFixedThreadPool(CALLERS + longCallers);
    try {
      List<Future<?>> longOnes = new ArrayList<>();
      for (int i = 0; i < longCallers; i++) {
        boolean inLists = i % 2 == 1;
        longOnes.add(pool.submit(() -> predictLong(inLists, ended)));
      }
      List<Future<?>> shortOnes = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        shortOnes.add(pool.submit(() -> predictShort(next, call)));
      }
      for (Future<?> one : shortOnes) {
        one.get();
      }
      ended.set(true);
      for (Future<?> one : longOnes) {
        one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while threads predicted", e);
    } catch (ExecutionException e) {
      throw new IOException("a predicting thread failed: " + e.getCause(), e);
    } finally {
      ended.set(true);
      pool.shutdown();
    }
  }

  private void predictShort(AtomicInteger next, Call call) {
    for (int i = next.getAndIncrement(); i < texts.size(); i = next.getAndIncrement()) {
      call.with(i);
    }
  }

  private void predictLong(boolean inLists, AtomicBoolean ended) {
    List<String> list = Collections.nCopies(LONG_LIST, longText);
    while (!ended.get()) {
      if (inLists) {
        classifier.predict(list);
      } else {
        classifier.predict(longText);
      }
    }
  }
}
