package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.model.Golden;
import dev.afina.internal.serving.BusyWorkers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models that are replaced while they serve: a BERT by an ELECTRA with the same labels. */
class ModelHandleTest {
  private static final String TEXT = "so happy today";

  private final List<String> events = new CopyOnWriteArrayList<>();
  private final ModelHandle.Listener listener =
      new ModelHandle.Listener() {
        @Override
        public void swapped(int swaps) {
          events.add("swap " + swaps);
          throw new IllegalStateException("a listener that fails breaks nothing");
        }

        @Override
        public void refused(Throwable reason) {
          events.add(reason.getMessage());
        }
      };

  @TempDir Path folder;
  private int liveBefore;

  @BeforeEach
  void count() throws IOException {
    bert().close(); // what is made once stays
    electra().close();
    liveBefore = LiveArrays.count();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(LiveArrays.count()).isEqualTo(liveBefore);
  }

  private static Classifier bert() throws IOException {
    return Classifier.load(Golden.path("bert/model"));
  }

  private static Classifier electra() throws IOException {
    return Classifier.load(Golden.path("electra/model"));
  }

  private ModelHandle.Builder<Prediction, Classifier> handle() throws IOException {
    return ModelHandle.<Prediction, Classifier>builder(bert()).listener(listener);
  }

  private static Classifier served(ModelHandle<Prediction, Classifier> handle) {
    return handle.call(model -> model);
  }

  /** Rows of which BERT is right and ELECTRA is not always. */
  private static Dataset heldOut(Classifier right) {
    List<String> texts =
        IntStream.range(0, 12).mapToObj(i -> TEXT + " I miss the old house".repeat(i)).toList();
    List<Example> rows = new ArrayList<>();
    for (String text : texts) {
      rows.add(Example.of(text, right.predict(text).label()));
    }
    return Dataset.of(rows);
  }

  @Test
  void swaps_underCallers_loseNoCall_andEveryAnswerIsOneOfTheModels() throws Exception {
    float[] ofBert;
    float[] ofElectra;
    try (Classifier bert = bert();
        Classifier electra = electra()) {
      ofBert = bert.predict(TEXT).logits();
      ofElectra = electra.predict(TEXT).logits();
    }
    assertThat(distance(ofBert, ofElectra)).isGreaterThan(1e-3);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicBoolean ended = new AtomicBoolean();
    List<Thread> callers = new ArrayList<>();
    try (ModelHandle<Prediction, Classifier> handle = handle().build()) {
      for (int i = 0; i < 8; i++) {
        int kind = i % 3;
        Thread caller =
            new Thread(
                () -> {
                  try {
                    while (!ended.get()) {
                      Prediction p =
                          switch (kind) {
                            case 0 -> handle.predict(TEXT);
                            case 1 -> handle.predictAsync(TEXT).join();
                            default -> handle.predict(List.of("so sad", TEXT)).get(1);
                          };
                      double nearest =
                          Math.min(distance(p.logits(), ofBert), distance(p.logits(), ofElectra));
                      assertThat(nearest).isLessThan(1e-5);
                    }
                  } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                  }
                });
        callers.add(caller);
        caller.start();
      }
      for (int swap = 0; swap < 6; swap++) {
        int number = swap;
        handle.swap(() -> number % 2 == 0 ? electra() : bert());
        float[] expected = swap % 2 == 0 ? ofElectra : ofBert;
        assertThat(handle.predict(TEXT).logits()).containsExactly(expected, within(1e-5f));
      }
      ended.set(true);
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(failure).hasNullValue();
      assertThat(handle.swaps()).isEqualTo(6);
      assertThat(events)
          .containsExactly("swap 1", "swap 2", "swap 3", "swap 4", "swap 5", "swap 6");
    }
  }

  private static double distance(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElse(0);
  }

  @Test
  void oldModel_closesWhenItsLastCallEnds_andNewCallsDoNotWaitForIt() throws Exception {
    CountDownLatch lent = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicReference<Classifier> old = new AtomicReference<>();
    try (ModelHandle<Prediction, Classifier> handle = handle().build()) {
      Thread slow =
          new Thread(
              () ->
                  handle.call(
                      model -> {
                        old.set(model);
                        lent.countDown();
                        return await(release);
                      }));
      slow.start();
      lent.await();
      Thread swap =
          new Thread(
              () ->
                  assertThatCode(() -> handle.swap(ModelHandleTest::electra))
                      .doesNotThrowAnyException());
      swap.start();
      while (handle.swaps() == 0 || swap.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      assertThat(served(handle)).isNotSameAs(old.get());
      assertThat(old.get().predict(TEXT).label()).as("still open").isNotEmpty();
      release.countDown();
      swap.join();
      slow.join();
      assertThatThrownBy(() -> old.get().predict(TEXT)).hasMessage("this Classifier is closed");
    }
  }

  private static boolean await(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void gatesThatFail_leaveThePresentModel_andSayWhy() throws Exception {
    try (Classifier bert = bert();
        Classifier electra = electra()) {
      Dataset heldOut = heldOut(bert);
      double accuracy = electra.evaluate(heldOut).accuracy();
      assertThat(accuracy).isLessThan(0.9);
      String present = "the present model stays: ";

      refuses(
          handle().gate(ModelGate.reaching(heldOut, "accuracy", 0.9)),
          present
              + "accuracy is "
              + figure(accuracy)
              + " on the held-out rows, expected 0.900000 or more");
      refuses(
          handle().gate(ModelGate.notWorse(heldOut, "accuracy", 0.05)),
          present
              + "accuracy is "
              + figure(accuracy)
              + " on the held-out rows, and 1.00000 that of the present model, which it may be"
              + " worse than by 0.0500000");
      refuses(
          handle().gate(ModelGate.of("reads 10,000 tokens", m -> m.maxTokens() >= 10_000)),
          present + "expected: reads 10,000 tokens");
      refuses(
          handle().gate(ModelGate.reaching(heldOut, "bleu", 1)),
          "metric \"bleu\": undefined for the held-out rows, or not one of "
              + String.join(", ", electra.evaluate(heldOut).metrics().keySet()));
      assertThat(events).hasSize(4).allMatch(e -> !e.startsWith("swap"));

      double loss = bert.evaluate(heldOut).loss();
      try (ModelHandle<Prediction, Classifier> handle =
          handle()
              .gate(ModelGate.notWorse(heldOut, "accuracy", 1))
              .gate(ModelGate.reaching(heldOut, "loss", 2 * loss + 10))
              .build()) {
        handle.swap(ModelHandleTest::electra); // a smaller loss is better
        assertThat(handle.swaps()).isEqualTo(1);
      }
    }
  }

  private static String figure(double value) {
    return String.format(java.util.Locale.ROOT, "%.6g", value);
  }

  private void refuses(ModelHandle.Builder<Prediction, Classifier> builder, String message)
      throws IOException {
    AtomicReference<Classifier> candidate = new AtomicReference<>();
    try (ModelHandle<Prediction, Classifier> handle = builder.build()) {
      Classifier before = handle.call(model -> model);
      assertThatThrownBy(
              () ->
                  handle.swap(
                      () -> {
                        candidate.set(electra());
                        return candidate.get();
                      }))
          .hasMessage(message);
      assertThat(served(handle)).isSameAs(before);
      assertThat(handle.predict(TEXT).label()).isNotEmpty();
      assertThat(events).last().isEqualTo(message);
      assertThatThrownBy(() -> candidate.get().predict(TEXT))
          .hasMessage("this Classifier is closed");
    }
  }

  @Test
  void modelThatCannotBeLoaded_leavesThePresentOne() throws Exception {
    try (ModelHandle<Prediction, Classifier> handle = handle().build()) {
      assertThatThrownBy(
              () ->
                  handle.swap(
                      () -> {
                        throw new NoSuchFileException("v2");
                      }))
          .isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> handle.swap(() -> null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("source: gave null, expected a model");
      assertThatThrownBy(() -> handle.swap(() -> handle.call(model -> model)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("source: gave the model that is served, expected another");
      assertThat(handle.predict(TEXT).label()).isNotEmpty();
      assertThat(events).hasSize(3).first().isEqualTo("v2");
    }
  }

  @Test
  void otherLabels_areRefused_unlessTheyAreAllowed() throws Exception {
    try (Stream<Path> files = Files.list(Golden.path("bert/model"))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Path config = folder.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"joy\"", "\"fun\""));
    ModelGate<TextModel<?, ?>> same = ModelGate.sameLabels();
    try (Classifier bert = bert();
        Classifier other = Classifier.load(folder)) {
      assertThat(same.objection(bert, bert)).isEmpty();
      assertThat(same.objection(bert, other))
          .contains(
              "labels: 3 given, expected the 3 of the present model; label 1 (counted from 0) is"
                  + " \"fun\", expected \"joy\"");
      ServingOptions own = ServingOptions.standard();
      try (ModelHandle<Prediction, Classifier> strict = handle().build();
          ModelHandle<Prediction, Classifier> lenient = handle().anyLabels().build()) {
        assertThatThrownBy(() -> strict.swap(() -> other.withServing(own)))
            .isInstanceOf(SwapRefusedException.class);
        lenient.swap(() -> other.withServing(own));
        assertThat(lenient.call(Classifier::labels).names())
            .containsExactly("anger", "fun", "sadness");
      }
    }
  }

  @Test
  void servingOptions_holdForEachModel() throws Exception {
    RecordingListener heard = new RecordingListener();
    ServingOptions options = ServingOptions.standard().listener(heard);
    try (ModelHandle<Prediction, Classifier> handle = handle().serving(options).build()) {
      handle.predict(TEXT);
      handle.swap(ModelHandleTest::electra);
      handle.predict(TEXT);
      handle.call(model -> model.predict(TEXT, Duration.ofMinutes(5)));
      assertThat(heard.count("answered")).isEqualTo(3);
      assertThat(handle.inFlight().texts()).isZero();
    }
  }

  @Test
  void closedHandle_refusesAllCalls_andSwapsThatAreLoading() throws Exception {
    ModelHandle<Prediction, Classifier> handle = handle().build();
    assertThatThrownBy(
            () ->
                handle.swap(
                    () -> {
                      handle.close();
                      return electra();
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this ModelHandle is closed");
    assertThatThrownBy(() -> handle.predict(TEXT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this ModelHandle is closed");
    CompletableFuture<Prediction> async = handle.predictAsync(TEXT);
    assertThatThrownBy(async::join).hasRootCauseMessage("this ModelHandle is closed");
    assertThatThrownBy(() -> handle.predict(List.of(TEXT)))
        .hasMessage("this ModelHandle is closed");
    assertThatThrownBy(() -> handle.swap(ModelHandleTest::electra))
        .hasMessage("this ModelHandle is closed");
    handle.close();
  }

  /** The call must have ended when it is told, or closing would wait for itself. */
  @Test
  @Timeout(60)
  void whatIsChainedToAFuture_mayCloseAndSwap() throws Exception {
    ModelHandle<Prediction, Classifier> handle = handle().build();
    handle
        .predictAsync(TEXT)
        .thenAccept(prediction -> swapTo(handle, ModelHandleTest::electra))
        .get(30, TimeUnit.SECONDS);
    assertThat(handle.swaps()).isEqualTo(1);
    handle.predictAsync(TEXT).thenRun(handle::close).get(30, TimeUnit.SECONDS);
    assertThatThrownBy(() -> handle.predict(TEXT)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void cancelledFuture_dropsItsText() throws Exception {
    try (ModelHandle<Prediction, Classifier> handle = handle().build();
        BusyWorkers busy = BusyWorkers.begin()) {
      CompletableFuture<Prediction> cancelled = handle.predictAsync(TEXT);
      assertThat(handle.inFlight().texts()).isEqualTo(1);
      assertThat(cancelled.cancel(true)).isTrue();
      assertThat(handle.inFlight().texts()).isZero();
    }
  }

  @Test
  @Timeout(60)
  void closeAndSwap_withinACall_areRefused() throws IOException {
    String refused =
        "a model cannot be closed or replaced within one of its own calls, such as by its"
            + " listener: do it after the call, or on another thread";
    try (ModelHandle<Prediction, Classifier> handle = handle().build()) {
      boolean unused =
          handle.call(
              model -> {
                assertThatThrownBy(handle::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(refused);
                assertThatThrownBy(() -> handle.swap(ModelHandleTest::electra))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(refused);
                return true;
              });
      assertThat(handle.predict(TEXT).label()).isNotEmpty();
      assertThat(handle.swaps()).isZero();
    }
  }

  /** The other swap waits for this call, and a further one would wait for the other swap. */
  @Test
  @Timeout(60)
  void closeAndSwap_withinACallOfTheReplacedModel_areRefused() throws Exception {
    try (ModelHandle<Prediction, Classifier> handle = handle().build()) {
      CompletableFuture<Void> swap =
          handle.call(
              model -> {
                CompletableFuture<Void> other =
                    CompletableFuture.runAsync(() -> swapTo(handle, ModelHandleTest::electra));
                while (handle.swaps() == 0 && !other.isDone()) {
                  Thread.onSpinWait();
                }
                assertThatThrownBy(handle::close).hasMessageContaining("one of its own calls");
                assertThatThrownBy(() -> handle.swap(ModelHandleTest::electra))
                    .hasMessageContaining("one of its own calls");
                return other;
              });
      swap.get(30, TimeUnit.SECONDS);
      assertThat(handle.swaps()).isEqualTo(1);
      assertThat(handle.predict(TEXT).label()).isNotEmpty();
    }
  }

  @Test
  @Timeout(60)
  void callThatGivesNoFuture_isRefused_andKeepsNothingOpen() throws Exception {
    try (ModelHandle<Prediction, Classifier> handle = handle().build()) {
      assertThatThrownBy(() -> handle.callAsync(model -> null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("call: expected a future, got null");
      assertThatThrownBy(
              () ->
                  handle.callAsync(
                      model -> {
                        throw new IllegalArgumentException("no call");
                      }))
          .hasMessage("no call");
      handle.swap(ModelHandleTest::electra);
    }
  }

  @Test
  @Timeout(60)
  void closeAndSwap_whileAnAsynchronousCallBegins_areRefused() throws Exception {
    try (ModelHandle<Prediction, Classifier> handle = handle().build()) {
      Prediction given =
          handle
              .callAsync(
                  model -> {
                    assertThatThrownBy(handle::close).hasMessageContaining("one of its own calls");
                    assertThatThrownBy(() -> handle.swap(ModelHandleTest::electra))
                        .hasMessageContaining("one of its own calls");
                    return model.predictAsync(TEXT);
                  })
              .thenApply(
                  prediction -> {
                    swapTo(handle, ModelHandleTest::electra); // what is chained to it may
                    return prediction;
                  })
              .get(30, TimeUnit.SECONDS);
      assertThat(given.label()).isNotEmpty();
      handle.swap(ModelHandleTest::bert); // so may this thread, which is in no call any more
      assertThat(handle.swaps()).isEqualTo(2);
    }
  }

  private static void swapTo(
      ModelHandle<Prediction, Classifier> handle, ModelHandle.Source<Classifier> source) {
    try {
      handle.swap(source);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
