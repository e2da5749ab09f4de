package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.explain.ExplainOptions;
import dev.afina.internal.engine.Workers;
import dev.afina.internal.model.Golden;
import dev.afina.internal.serving.BusyWorkers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a model refuses, drops and tells while its workers are busy. */
class ServingTest {
  private final RecordingListener heard = new RecordingListener();
  private Classifier classifier;

  @BeforeEach
  void load() throws IOException {
    classifier = Classifier.load(Golden.path("bert/model"));
  }

  @AfterEach
  void close() {
    classifier.close();
    assertThat(classifier.inFlight()).hasToString("0 texts of 0 tokens");
  }

  private Classifier serving(ServingOptions options) {
    return classifier.withServing(options.listener(heard));
  }

  @Test
  void whenTheLimitIsReached_singleTextsAreRefused_andListsWait() throws Exception {
    Prediction expected = classifier.predict("so happy");
    try (Classifier limited = serving(ServingOptions.standard().tokensInFlight(5));
        Classifier patient = classifier.withServing(ServingOptions.standard())) {
      CompletableFuture<Prediction> first;
      CompletableFuture<List<Prediction>> list;
      CompletableFuture<Prediction> other;
      try (BusyWorkers busy = BusyWorkers.begin()) {
        first = limited.predictAsync("so happy, so very happy");
        long tokens = limited.inFlight().tokens();
        assertThat(tokens).isGreaterThan(5);

        String refused =
            "refused: "
                + tokens
                + " tokens are in flight, and the limit is 5; call again later, or raise it with"
                + " ServingOptions.tokensInFlight";
        assertThatThrownBy(() -> limited.predict("so happy"))
            .isInstanceOfSatisfying(
                OverloadedException.class,
                e -> assertThat(List.of(e.tokensInFlight(), e.limit())).containsExactly(tokens, 5L))
            .hasMessage(refused);
        assertThatThrownBy(() -> limited.predictAsync("so happy").get())
            .isInstanceOf(ExecutionException.class)
            .hasRootCauseInstanceOf(OverloadedException.class)
            .hasRootCauseMessage(refused);
        other = patient.predictAsync("so happy"); // a view with another limit of the same model
        list = CompletableFuture.supplyAsync(() -> limited.predict(List.of("so happy")));
      }
      assertThat(first.join().label()).isNotEmpty();
      assertSame(other.join(), expected);
      assertSame(list.join().get(0), expected);
      assertSame(limited.predict("so happy"), expected);
      assertThat(heard.count("refused")).isEqualTo(2);
    }
  }

  @Test
  void deadlineThatPassesInTheQueue_endsTheCallThen_andTheTextIsNeverComputed() throws Exception {
    try (Classifier served = serving(ServingOptions.standard())) {
      try (BusyWorkers busy = BusyWorkers.begin()) {
        assertThatThrownBy(() -> served.predict("so happy", Duration.ofMillis(20)))
            .isInstanceOf(DeadlineExceededException.class)
            .hasMessage(
                "no result within 20 ms, the deadline of this call; allow it more time, send less"
                    + " at once, or lower ServingOptions.tokensInFlight so that calls are refused"
                    + " earlier");
        CompletableFuture<Prediction> async =
            served.predictAsync("so happy", Duration.ofMillis(20));
        assertThatThrownBy(async::join).hasCauseInstanceOf(DeadlineExceededException.class);
        Duration time = Duration.ofMillis(20);
        assertThatThrownBy(() -> served.predict("so", "happy", time))
            .isInstanceOfSatisfying(
                DeadlineExceededException.class, e -> assertThat(e.deadline()).isEqualTo(time));
        assertThatThrownBy(served.predictAsync("so", "happy", time)::join)
            .hasCauseInstanceOf(DeadlineExceededException.class);
        assertThat(served.inFlight().texts()).isZero();
      }
      served.predict("so sad");
      assertThat(heard.textsInBatches()).isEqualTo(1);
      assertThat(heard.count("missed")).isEqualTo(4);
    }
  }

  @Test
  @Timeout(60)
  void embeddings_countAsInFlight_andAreHeardOfWhenRefused() throws Exception {
    float[] expected = classifier.embedding("so happy", Pooling.MEAN); // tests the kernels, too
    try (Classifier limited = serving(ServingOptions.standard().tokensInFlight(1))) {
      CompletableFuture<float[]> first;
      try (BusyWorkers busy = BusyWorkers.begin()) {
        first = CompletableFuture.supplyAsync(() -> limited.embedding("so happy", Pooling.MEAN));
        while (limited.inFlight().texts() == 0) {
          Thread.sleep(1);
        }
        assertThat(limited.inFlight()).hasToString("1 texts of 4 tokens");
        assertThatThrownBy(() -> limited.predict("so")).isInstanceOf(OverloadedException.class);
        assertThatThrownBy(() -> limited.embedding("so", Pooling.FIRST))
            .isInstanceOf(OverloadedException.class);
        assertThat(heard.count("refused")).isEqualTo(2);
      }
      assertThat(first.join()).containsExactly(expected, within(1e-6f));
    }
  }

  @Test
  void deadlineOfTheOptions_endsEveryKindOfCall() throws Exception {
    Duration time = Duration.ofMillis(20);
    try (Classifier served = serving(ServingOptions.standard().deadline(time));
        BusyWorkers busy = BusyWorkers.begin()) {
      assertThatThrownBy(() -> served.predict("so", "happy"))
          .isInstanceOfSatisfying(
              DeadlineExceededException.class, e -> assertThat(e.deadline()).isEqualTo(time));
      assertThatThrownBy(() -> served.predictAsync("so", "happy").join())
          .hasCauseInstanceOf(DeadlineExceededException.class);
    }
  }

  @Test
  void deadlineOfAList_isSeenBetweenItsBatches() throws Exception {
    try (Classifier served = serving(ServingOptions.standard().deadline(Duration.ofMillis(1)))) {
      Dataset many = Dataset.of(Collections.nCopies(20_000, Example.of("so happy today")));
      assertThatThrownBy(() -> served.predict(many)).isInstanceOf(DeadlineExceededException.class);
      assertThat(heard.count("missed")).isEqualTo(1);
      assertThat(heard.textsInBatches()).isLessThan(many.size());
    }
  }

  @Test
  void batchesOfAListThatMissesItsDeadline_areHeardOf() {
    Dataset many = Dataset.of(Collections.nCopies(20_000, Example.of("so happy today")));
    double micros = 1000; // until it passes after the first batch and before the last one
    for (int i = 0; i < 1000 && heard.batches().isEmpty(); i++) {
      ServingOptions soon =
          ServingOptions.standard().deadline(Duration.ofNanos((long) (1000 * micros)));
      try (Classifier served = serving(soon)) {
        served.predict(many);
        heard.batches().clear();
        micros *= 0.93;
      } catch (DeadlineExceededException e) {
        micros *= 1.1;
      }
    }
    assertThat(heard.textsInBatches()).isPositive().isLessThan(many.size());
  }

  @Test
  void everyBatchOfATextOfManyWindows_isHeardOf() {
    int windows = 150;
    try (Classifier served = serving(ServingOptions.standard());
        Classifier inWindows = served.withLongTexts(LongTexts.windows(0).atMost(windows))) {
      inWindows.predict("happy ".repeat(20_000));
      assertThat(heard.batches()).hasSizeGreaterThan(1);
      assertThat(heard.textsInBatches()).isEqualTo(windows);
    }
  }

  /** As where a pool is behind with its tasks. */
  @Test
  void callThatIsCancelledBeforeItsExecutorRuns_isHeardOf_once() throws Exception {
    List<Runnable> waiting = new CopyOnWriteArrayList<>();
    try (Classifier served = serving(ServingOptions.standard().executor(waiting::add))) {
      CompletableFuture<Prediction> call = served.predictAsync("so happy");
      while (waiting.isEmpty()) {
        Thread.sleep(1);
      }
      assertThat(call.cancel(true)).isTrue();
      waiting.forEach(Runnable::run);
      assertThat(heard.count("cancelled")).isEqualTo(1);
      assertThat(heard.count("answered") + heard.count("failed")).isZero();
      assertThat(heard.textsInBatches()).isEqualTo(1);
    }
  }

  @Test
  @Timeout(60)
  void explanationThatWaitsForItsLabel_endsAtItsDeadline() throws Exception {
    try (BusyWorkers busy = BusyWorkers.begin()) {
      assertThatThrownBy(
              () ->
                  classifier.explain(
                      "so happy", ExplainOptions.integratedGradients(), Duration.ofMillis(20)))
          .isInstanceOf(DeadlineExceededException.class);
    }
  }

  @Test
  void deadlineOfTheOptions_doesNotHoldForStreams() {
    List<Example> texts = Collections.nCopies(40, Example.of("so happy today"));
    List<Integer> expected =
        classifier.predict(Dataset.of(texts)).stream().map(Prediction::index).toList();
    ServingOptions never = ServingOptions.standard().deadline(Duration.ofNanos(1));
    List<Integer> answers = new ArrayList<>();
    try (Classifier served = serving(never);
        Stream<Prediction> stream = served.predict(texts.stream())) {
      assertThatThrownBy(() -> served.predict(Dataset.of(texts)))
          .isInstanceOf(DeadlineExceededException.class);
      served.predict(texts.iterator()).forEachRemaining(p -> answers.add(p.index()));
      assertThat(answers).isEqualTo(expected);
      assertThat(stream.map(Prediction::index)).isEqualTo(expected);
    }
    try (ModelHandle<Prediction, Classifier> handle =
            ModelHandle.<Prediction, Classifier>builder(classifier.withServing(never)).build();
        Stream<Prediction> stream = handle.predict(texts.stream())) {
      answers.clear();
      handle.predict(texts.iterator()).forEachRemaining(p -> answers.add(p.index()));
      assertThat(answers).isEqualTo(expected);
      assertThat(stream.map(Prediction::index)).isEqualTo(expected);
    }
  }

  @Test
  void deadlineThatHasPassedBefore_isRefusedWithoutWork() {
    try (Classifier served = serving(ServingOptions.standard())) {
      for (Duration none : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
        assertThatThrownBy(() -> served.predict("so happy", none))
            .isInstanceOf(DeadlineExceededException.class);
      }
      assertThat(served.predict("so happy", Duration.ofSeconds(Long.MAX_VALUE)).label())
          .isNotEmpty();
    }
  }

  @Test
  void interruptedCallerWithADeadline_getsItsResult_andStaysInterrupted() {
    Prediction expected = classifier.predict("so happy");
    try {
      Thread.currentThread().interrupt();
      assertSame(classifier.predict("so happy", Duration.ofMinutes(5)), expected);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void cancelledFuture_dropsItsText() throws Exception {
    try (Classifier served = serving(ServingOptions.standard())) {
      try (BusyWorkers busy = BusyWorkers.begin()) {
        CompletableFuture<Prediction> cancelled = served.predictAsync("so happy");
        assertThat(served.inFlight().texts()).isEqualTo(1);
        assertThat(cancelled.cancel(true)).isTrue();
        assertThat(served.inFlight().texts()).isZero();
        assertThatThrownBy(cancelled::join).isInstanceOf(CancellationException.class);
      }
      served.predict("so sad");
      assertThat(heard.textsInBatches()).isEqualTo(1);
      assertThat(heard.count("cancelled")).isEqualTo(1);
    }
  }

  @Test
  void futures_completeWhereTheOptionsSay_andNeverOnAWorker() throws Exception {
    ExecutorService own = Executors.newSingleThreadExecutor(r -> new Thread(r, "own"));
    try (Classifier served = serving(ServingOptions.standard().executor(own))) {
      CompletableFuture<String> there;
      CompletableFuture<String> byDefault;
      try (BusyWorkers busy = BusyWorkers.begin()) {
        there = served.predictAsync("so happy").thenApply(p -> Thread.currentThread().getName());
        byDefault =
            classifier.predictAsync("so happy").thenApply(p -> Thread.currentThread().getName());
      }
      assertThat(there.join()).isEqualTo("own");
      assertThat(byDefault.join()).doesNotStartWith("afina");
    } finally {
      own.shutdown();
    }
  }

  @Test
  void close_waitsForFutures_andRefusesWhatComesLater() throws Exception {
    Classifier served = serving(ServingOptions.standard());
    CompletableFuture<Prediction> waiting;
    Thread closing = new Thread(served::close);
    try (BusyWorkers busy = BusyWorkers.begin()) {
      waiting = served.predictAsync("so happy");
      closing.start();
      while (closing.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      assertThatThrownBy(() -> served.predict("so happy"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("this Classifier is closed");
      assertThatThrownBy(() -> served.predictAsync("so happy").join())
          .hasCauseInstanceOf(IllegalStateException.class)
          .hasRootCauseMessage("this Classifier is closed");
      assertThat(closing.isAlive()).isTrue();
    }
    closing.join();
    assertSame(waiting.join(), classifier.predict("so happy"));
    served.close();
  }

  @Test
  void viewAndModel_closeInAnyOrder() {
    Classifier served = serving(ServingOptions.standard());
    classifier.close();
    assertThat(served.predict("so happy").label()).isNotEmpty();
    try (Classifier packed = served.withPrecision(Precision.BFLOAT16)) {
      served.close();
      packed.predict("so happy");
      assertThat(heard.count("answered")).as("a view of a view is listened to").isEqualTo(2);
    }
  }

  @Test
  void listener_hearsOfEveryCall_butNotOfEvaluations() {
    try (Classifier served = serving(ServingOptions.standard())) {
      Prediction one = served.predict("so happy");
      List<Prediction> two = served.predict(List.of("so happy", "so happy so"));
      assertThat(heard.answers().get(0).predictions()).isEqualTo(List.of(one));
      assertThat(heard.answers().get(1).predictions()).isEqualTo(two);
      assertThat(heard.answers().get(0).tokens()).isEqualTo(4); // [CLS] so happy [SEP]
      assertThat(heard.answers().get(1).tokens()).isEqualTo(9);
      assertThat(heard.answers()).allSatisfy(a -> assertThat(a.total()).isGreaterThan(a.queued()));
      assertThat(heard.textsInBatches()).isEqualTo(3);

      served.evaluate(Dataset.of(Example.of("so happy", served.labels().name(0))));
      assertThat(heard.answers()).hasSize(2);
    }
  }

  /** Else a short text that comes meanwhile would wait for much of it. */
  @Test
  void list_isDividedIntoSmallBatches_whileShortTextsCome() throws InterruptedException {
    List<String> texts = Collections.nCopies(200, "happy ".repeat(60));
    while (Workers.shortOnesCome()) { // those of other tests
      Thread.sleep(50);
    }
    try (Classifier served = serving(ServingOptions.standard())) {
      served.predict(texts);
      assertThat(heard.batches()).anySatisfy(b -> assertThat(b.tokens()).isGreaterThan(900));
      heard.batches().clear();
      served.predict("so happy");
      served.predict(texts);
      assertThat(heard.textsInBatches()).isEqualTo(201);
      assertThat(heard.batches().stream().limit(32))
          .allSatisfy(b -> assertThat(b.tokens()).isLessThanOrEqualTo(256));
    }
  }

  /** Of a full pool with CallerRunsPolicy, and of one that was shut down. */
  @Test
  @Timeout(60)
  void executorsThatRunNothingElsewhere_stillLeaveTheWorkersAlone() {
    Executor refusing =
        task -> {
          throw new RejectedExecutionException("shut down");
        };
    for (Executor executor : List.of((Executor) Runnable::run, refusing)) {
      try (Classifier served = serving(ServingOptions.standard().executor(executor))) {
        List<CompletableFuture<String>> all =
            IntStream.range(0, 8 * Workers.count())
                .mapToObj(
                    i ->
                        served
                            .predictAsync("so happy")
                            .thenApply(
                                first ->
                                    Thread.currentThread().getName()
                                        + served.predict("so sad").label()))
                .toList();
        assertThat(all)
            .allSatisfy(name -> assertThat(name.join()).doesNotStartWith("afina-worker"));
      }
    }
  }

  /** It would wait for the call that it is told of. */
  @Test
  @Timeout(60)
  void listenerThatClosesTheModel_isRefused() {
    List<Classifier> own = new ArrayList<>();
    List<Throwable> refusals = new ArrayList<>();
    ModelListener closing =
        new ModelListener() {
          @Override
          public void answered(Answer answer) {
            try {
              own.get(0).close();
            } catch (IllegalStateException e) {
              refusals.add(e);
            }
          }
        };
    try (Classifier served = classifier.withServing(ServingOptions.standard().listener(closing))) {
      own.add(served);
      assertThat(served.predict("so happy").label()).isNotEmpty();
      assertThat(served.predict(List.of("so happy", "so sad"))).hasSize(2);
    }
    assertThat(refusals)
        .hasSize(2)
        .allSatisfy(e -> assertThat(e).hasMessageContaining("within one of its own calls"));
  }

  @Test
  void listenerThatThrows_breaksNoPrediction() {
    Prediction expected = classifier.predict("so happy");
    ModelListener broken =
        new ModelListener() {
          @Override
          public void answered(Answer answer) {
            throw new IllegalStateException("broken");
          }

          @Override
          public void computed(Batch batch) {
            throw new AssertionError("broken");
          }
        };
    try (Classifier served =
        classifier.withServing(
            ServingOptions.standard().listener(ModelListener.all(broken, heard)))) {
      assertSame(served.predict("so happy"), expected);
      assertSame(served.predictAsync("so happy").join(), expected);
      assertSame(served.predict(List.of("so happy")).get(0), expected);
      assertThat(heard.count("answered")).isEqualTo(3);
    }
  }

  @Test
  void limitsThatMakeNoSense_areRefused() {
    ServingOptions options = ServingOptions.standard();
    assertThatThrownBy(() -> options.tokensInFlight(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tokensInFlight: expected 1 or more, got 0");
    assertThatThrownBy(() -> options.deadline(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("deadline: expected more than zero, got PT0S");
    assertThat(options).hasToString("at most 1048576 tokens in flight, no deadline");
    assertThat(options.deadline(Duration.ofSeconds(2)))
        .hasToString("at most 1048576 tokens in flight, a deadline of 2000 ms");
  }

  private static void assertSame(Prediction actual, Prediction expected) {
    assertThat(actual.label()).isEqualTo(expected.label());
    assertThat(actual.score()).isCloseTo(expected.score(), within(1e-5));
  }
}
