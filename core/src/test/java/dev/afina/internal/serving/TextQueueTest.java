package dev.afina.internal.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.afina.DeadlineExceededException;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.engine.Workers;
import dev.afina.internal.model.Golden;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is computed together, and in which order. */
class TextQueueTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<List<Encoding>> batches = new CopyOnWriteArrayList<>();
  private final TextsInFlight inFlight = new TextsInFlight();
  private final OpenCalls computing = new OpenCalls();
  private final TextQueue queue =
      queue(
          texts -> {
            batches.add(List.copyOf(texts));
            return texts.stream().map(t -> new float[] {t.id(1), t.size()}).toList();
          });

  private TextQueue queue(Function<List<Encoding>, List<float[]>> forward) {
    return new TextQueue(forward, inFlight, computing);
  }

  @Test
  void shortText_doesNotWaitForTheEndOfALongDocument() throws Exception {
    try (CheckpointFiles files = CheckpointFiles.folder(Golden.path("bert/model"));
        Tokenizer tokenizer = Tokenizer.load(files::read)) {
      Encoding first = tokenizer.encode("happy ".repeat(64), null, 64);
      Encoding second = tokenizer.encode("sad ".repeat(64), null, 64);
      Encoding shortText = tokenizer.encode("so", null, 64);
      int windows = 48 * Workers.count(); // twelve batches for each worker
      List<Encoding> document =
          IntStream.range(0, windows).mapToObj(i -> i % 3 == 0 ? first : second).toList();

      PendingLogits ofDocument;
      PendingLogits ofShort;
      try (BusyWorkers busy = BusyWorkers.begin()) {
        ofDocument = queue.add(document, Long.MAX_VALUE, Deadline.NONE);
        ofShort = queue.add(List.of(shortText), Long.MAX_VALUE, Deadline.NONE);
        assertThat(inFlight.now()).hasToString("2 texts of " + (64 * windows + 3) + " tokens");
      }
      assertThat(ofShort.await().get(0)).containsExactly(shortText.id(1), 3);
      assertThat(ofDocument.await())
          .extracting(logits -> (int) logits[0])
          .containsExactlyElementsOf(document.stream().map(window -> window.id(1)).toList());
      int batchOfShort =
          IntStream.range(0, batches.size())
              .filter(i -> batches.get(i).contains(shortText))
              .findFirst()
              .orElseThrow();
      assertThat(batchOfShort).isLessThan(3 * Workers.count());
      assertThat(batches.get(batchOfShort)).hasSize(1);
      assertThat(batches)
          .allSatisfy( // what is alone may have all cores, and as much for each
              batch ->
                  assertThat(batch.stream().mapToInt(Encoding::size).sum())
                      .isLessThanOrEqualTo(Batches.MAX_TOKENS_BESIDE_SHORT * Workers.count()));
      assertThat(inFlight.now()).hasToString("0 texts of 0 tokens");
    }
  }

  /** Both kinds of texts learn from their own. */
  @Test
  void loneTexts_haveTheCoresThatAreFaster() throws Exception {
    assumeThat(Workers.count()).isGreaterThan(1);
    List<Integer> cores = new CopyOnWriteArrayList<>();
    TextQueue slowOnOne =
        queue(
            texts -> {
              boolean isShort = texts.get(0).size() < 100;
              boolean isSlow = isShort == (Workers.coresOfThread() == 1);
              pause(isSlow ? 20 : 1);
              cores.add(Workers.coresOfThread());
              return texts.stream().map(t -> new float[] {1}).toList();
            });
    try (CheckpointFiles files = CheckpointFiles.folder(Golden.path("bert/model"));
        Tokenizer tokenizer = Tokenizer.load(files::read)) {
      Encoding text = tokenizer.encode("so", null, 64);
      Encoding document = tokenizer.encode("happy ".repeat(200), null, 200);
      for (Encoding each : List.of(text, document)) {
        for (int i = 0; i < 12; i++) {
          slowOnOne.add(List.of(each), Long.MAX_VALUE, Deadline.NONE).await();
        }
      }
    }
    assertThat(cores.subList(0, 12).stream().filter(c -> c > 1).count()).isGreaterThan(6);
    assertThat(cores.subList(12, 24).stream().filter(c -> c == 1).count()).isGreaterThan(6);
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shortText_isComputedBeforeTheLongOnesThatCameFirst() throws Exception {
    try (CheckpointFiles files = CheckpointFiles.folder(Golden.path("bert/model"));
        Tokenizer tokenizer = Tokenizer.load(files::read)) {
      Encoding longText = tokenizer.encode("happy ".repeat(200), null, 200);
      Encoding shortText = tokenizer.encode("so", null, 64);
      List<PendingLogits> all = new ArrayList<>();
      try (BusyWorkers busy = BusyWorkers.begin()) {
        for (int i = 0; i < 16 * Workers.count(); i++) {
          all.add(queue.add(List.of(longText), Long.MAX_VALUE, Deadline.NONE));
        }
        for (int i = 0; i < 3; i++) {
          all.add(queue.add(List.of(shortText), Long.MAX_VALUE, Deadline.NONE));
        }
      }
      all.forEach(PendingLogits::await);
      assertThat(batches.subList(0, 3 * Workers.count()))
          .contains(Collections.nCopies(3, shortText));
    }
  }

  /** One worker with all of them would leave the others nothing to do. */
  @Test
  void shortTexts_areDividedAmongTheWorkers() throws Exception {
    try (CheckpointFiles files = CheckpointFiles.folder(Golden.path("bert/model"));
        Tokenizer tokenizer = Tokenizer.load(files::read)) {
      Encoding text = tokenizer.encode("sad ".repeat(64), null, 64);
      List<PendingLogits> texts;
      try (BusyWorkers busy = BusyWorkers.begin()) {
        texts =
            IntStream.range(0, 8 * Workers.count())
                .mapToObj(i -> queue.add(List.of(text), Long.MAX_VALUE, Deadline.NONE))
                .toList();
      }
      texts.forEach(PendingLogits::await);
      assertThat(batches).allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(8));
      assertThat(batches).anySatisfy(batch -> assertThat(batch).hasSize(8));
    }
  }

  @Test
  void document_takesTurns_whileTextsWait() throws Exception {
    try (CheckpointFiles files = CheckpointFiles.folder(Golden.path("bert/model"));
        Tokenizer tokenizer = Tokenizer.load(files::read)) {
      Encoding window = tokenizer.encode("happy ".repeat(64), null, 64);
      Encoding text = tokenizer.encode("sad ".repeat(64), null, 64);
      List<PendingLogits> texts;
      PendingLogits document;
      try (BusyWorkers busy = BusyWorkers.begin()) {
        texts = // four batches for each worker
            IntStream.range(0, 64 * Workers.count())
                .mapToObj(i -> queue.add(List.of(text), Long.MAX_VALUE, Deadline.NONE))
                .toList();
        document = queue.add(Collections.nCopies(8, window), Long.MAX_VALUE, Deadline.NONE);
      }
      document.await();
      texts.forEach(PendingLogits::await);
      // Behind all texts it would be in none of the first batches.
      assertThat(batches.subList(0, 2 * Workers.count() + 1))
          .anySatisfy(batch -> assertThat(batch).contains(window).doesNotContain(text));
    }
  }

  @Test
  void textsThatNobodyWaitsForAnyMore_areNeverComputed() throws Exception {
    try (CheckpointFiles files = CheckpointFiles.folder(Golden.path("bert/model"));
        Tokenizer tokenizer = Tokenizer.load(files::read)) {
      Encoding text = tokenizer.encode("so", null, 64);
      PendingLogits late;
      PendingLogits last;
      try (BusyWorkers busy = BusyWorkers.begin()) {
        queue.add(List.of(text), Long.MAX_VALUE, Deadline.NONE).fail(new CancellationException());
        queue.add(List.of(text, text), 5, Deadline.NONE).fail(new CancellationException());
        late = queue.add(List.of(text), Long.MAX_VALUE, Deadline.in(Duration.ofNanos(1)));
        last = queue.add(List.of(text), Long.MAX_VALUE, Deadline.NONE);
      }
      last.await();
      assertThatThrownBy(late::await).isInstanceOf(DeadlineExceededException.class);
      assertThat(batches).containsExactly(List.of(text));
      assertThat(inFlight.now()).hasToString("0 texts of 0 tokens");
    }
  }

  /** What computes still reads the weights, whoever waits for it. */
  @Test
  void theEndOfBatches_isWaitedFor_evenIfNobodyWaitsForTheirTexts() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    TextQueue slow =
        queue(
            texts -> {
              begun.countDown();
              await(end);
              return texts.stream().map(t -> new float[] {1}).toList();
            });
    try (CheckpointFiles files = CheckpointFiles.folder(Golden.path("bert/model"));
        Tokenizer tokenizer = Tokenizer.load(files::read)) {
      Encoding text = tokenizer.encode("so", null, 64);
      PendingLogits given = slow.add(List.of(text), Long.MAX_VALUE, Deadline.NONE);
      begun.await();
      given.fail(new CancellationException());
      assertThat(inFlight.now()).hasToString("0 texts of 0 tokens");

      Thread closing = new Thread(computing::close);
      closing.start();
      closing.join(50);
      boolean waits = closing.isAlive();
      end.countDown();
      closing.join();
      assertThat(waits).isTrue();

      slow.add(List.of(text), Long.MAX_VALUE, Deadline.NONE); // too late
      Workers.run(List.of(() -> 1));
      assertThat(inFlight.now()).hasToString("1 texts of 3 tokens");
    }
  }

  /** Or their callers would wait for ever. */
  @Test
  void textsWhoseResultsAreMissing_fail() throws Exception {
    TextQueue forgetful = queue(texts -> List.of());
    try (CheckpointFiles files = CheckpointFiles.folder(Golden.path("bert/model"));
        Tokenizer tokenizer = Tokenizer.load(files::read)) {
      List<Encoding> text = List.of(tokenizer.encode("so", null, 64));
      List<PendingLogits> texts;
      try (BusyWorkers busy = BusyWorkers.begin()) { // so that one takes several
        texts =
            IntStream.range(0, 8)
                .mapToObj(i -> forgetful.add(text, Long.MAX_VALUE, Deadline.NONE))
                .toList();
      }
      for (PendingLogits each : texts) {
        assertThat(each.future())
            .failsWithin(PATIENCE)
            .withThrowableThat()
            .withRootCauseInstanceOf(IndexOutOfBoundsException.class);
      }
      assertThat(inFlight.now()).hasToString("0 texts of 0 tokens");
    }
  }

  /** As without memory, before a batch is computed: whoever waits is told. */
  @Test
  void textsThatCannotBeTaken_fail_andThoseBehindThemDoNot() throws Exception {
    try (CheckpointFiles files = CheckpointFiles.folder(Golden.path("bert/model"));
        Tokenizer tokenizer = Tokenizer.load(files::read)) {
      List<Encoding> text = List.of(tokenizer.encode("so", null, 64));
      List<Encoding> document = Collections.nCopies(2, text.get(0));
      List<PendingLogits> before = new ArrayList<>();
      List<PendingLogits> bad = new ArrayList<>();
      List<PendingLogits> behind = new ArrayList<>();
      try (BusyWorkers busy = BusyWorkers.begin()) {
        for (List<Encoding> each : List.of(text, document)) {
          before.add(queue.add(each, Long.MAX_VALUE, Deadline.NONE));
          bad.add(queue.add(readOnce(each), Long.MAX_VALUE, Deadline.NONE));
          behind.add(queue.add(each, Long.MAX_VALUE, Deadline.NONE));
        }
      }
      for (PendingLogits each : before) { // it may share the failure of one behind it
        assertThat(each.future().handle((rows, failure) -> true)).succeedsWithin(PATIENCE);
      }
      for (PendingLogits each : bad) {
        assertThat(each.future())
            .failsWithin(PATIENCE)
            .withThrowableThat()
            .withRootCauseInstanceOf(OutOfMemoryError.class);
      }
      for (PendingLogits each : behind) {
        assertThat(each.future()).succeedsWithin(PATIENCE);
      }
      assertThat(inFlight.now()).hasToString("0 texts of 0 tokens");
    }
  }

  /** As where a loss that asks another model has no stack left. */
  @Test
  void aWorkersOwnText_thatCannotBeTaken_isInFlightNoMore() throws Exception {
    try (CheckpointFiles files = CheckpointFiles.folder(Golden.path("bert/model"));
        Tokenizer tokenizer = Tokenizer.load(files::read)) {
      List<Encoding> bad = readOnce(List.of(tokenizer.encode("so", null, 64)));
      assertThatThrownBy(
              () -> Workers.run(List.of(() -> queue.add(bad, Long.MAX_VALUE, Deadline.NONE))))
          .isInstanceOf(OutOfMemoryError.class);
      assertThat(inFlight.now()).hasToString("0 texts of 0 tokens");
    }
  }

  /** A list that its tokens can be counted of, but that no worker can read again. */
  private static List<Encoding> readOnce(List<Encoding> list) {
    AtomicInteger reads = new AtomicInteger();
    return new AbstractList<>() {
      @Override
      public Encoding get(int index) {
        if (reads.incrementAndGet() > list.size() && Workers.isWorker()) {
          throw new OutOfMemoryError("as a test wants it");
        }
        return list.get(index);
      }

      @Override
      public int size() {
        return list.size();
      }
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
