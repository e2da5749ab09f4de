package dev.afina.internal.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.engine.Workers;
import dev.afina.internal.model.Golden;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.ModelLoader;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Single texts of many callers, which one worker takes together. */
class InferenceTest {
  private Model model;
  private Tokenizer tokenizer;
  private Inference inference;

  @BeforeEach
  void load() throws IOException {
    model = Golden.model("bert/model", ModelLoader.HeadWeights.REQUIRED);
    try (CheckpointFiles files = CheckpointFiles.folder(Golden.path("bert/model"))) {
      tokenizer = Tokenizer.load(files::read);
    }
    inference = new Inference(model, Optional.empty());
  }

  @AfterEach
  void close() {
    tokenizer.close();
    model.close();
  }

  @Test
  void oneTextThatFails_amongManyTakenTogether_failsAlone() throws InterruptedException {
    List<Encoding> good =
        IntStream.range(0, 10)
            .mapToObj(i -> tokenizer.encode("so happy day " + i, null, 64))
            .toList();
    List<float[]> expected =
        good.stream().map(text -> inference.logits(text, Deadline.NONE)).toList();
    Encoding tooLong = tokenizer.encode("day ".repeat(200), null, 80); // the model takes 64

    BusyWorkers busy = BusyWorkers.begin(); // so that all are taken as one batch
    List<CompletableFuture<float[]>> first = good.subList(0, 5).stream().map(this::call).toList();
    CompletableFuture<float[]> bad = call(tooLong);
    List<CompletableFuture<float[]>> rest = good.subList(5, 10).stream().map(this::call).toList();
    busy.close();

    assertThatThrownBy(bad::join)
        .hasRootCauseInstanceOf(IllegalArgumentException.class)
        .hasRootCauseMessage("text: expected 1 to 64 tokens, got 80");
    List<CompletableFuture<float[]>> calls = new ArrayList<>(first);
    calls.addAll(rest);
    for (int i = 0; i < calls.size(); i++) {
      assertThat(calls.get(i).join()).containsExactly(expected.get(i), within(1e-5f));
    }
  }

  @Test
  void interruptedCaller_getsItsResult_andStaysInterrupted() {
    Encoding text = tokenizer.encode("so happy", null, 64);
    float[] expected = inference.logits(text, Deadline.NONE);
    try {
      Thread.currentThread().interrupt();
      assertThat(inference.logits(text, Deadline.NONE)).isEqualTo(expected);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
      assertThat(inference.logits(List.of(text), i -> "it", ListCall.undivided()).get(0))
          .containsExactly(expected, within(1e-5f));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  /** As by a loss that asks another model: waiting would block the core that it waits for. */
  @Test
  @Timeout(60)
  void aWorkerThatAsks_computesItself() {
    Encoding text = tokenizer.encode("so happy", null, 64);
    Encoding other = tokenizer.encode("I miss the old house", null, 64);
    List<Encoding> document = Collections.nCopies(40, other);
    float[] expected = inference.logits(text, Deadline.NONE);
    float[] ofOther = inference.logits(other, Deadline.NONE);
    Supplier<Boolean> asking =
        () -> {
          assertThat(inference.logits(text, Deadline.NONE))
              .containsExactly(expected, within(1e-5f));
          assertThat(inference.submit(document, 10_000, Deadline.NONE).await())
              .hasSize(40)
              .allSatisfy(row -> assertThat(row).containsExactly(ofOther, within(1e-5f)));
          assertThat(inference.logits(document, i -> "it", ListCall.undivided())).hasSize(40);
          return true;
        };
    assertThat(Workers.run(Collections.nCopies(4 * Workers.count(), asking))).containsOnly(true);
    assertThat(inference.inFlight()).hasToString("0 texts of 0 tokens");
  }

  /** Of a text whose caller has gone, since its weights are freed. */
  @Test
  void nothingIsComputed_onceTheLastOwnerIsGone() {
    Encoding text = tokenizer.encode("so happy", null, 64);
    inference.addOwner();
    inference.addOwner();
    inference.removeOwner();
    assertThat(inference.submit(List.of(text), 100, Deadline.NONE).await()).hasSize(1);
    inference.removeOwner();

    PendingLogits late = inference.submit(List.of(text), 100, Deadline.NONE);
    Workers.run(Collections.nCopies(2 * Workers.count(), () -> 1)); // behind it
    assertThat(late.future().isDone()).isFalse();
  }

  /** Returns once the caller waits for its result. */
  private CompletableFuture<float[]> call(Encoding text) {
    CompletableFuture<float[]> result = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                result.complete(inference.logits(text, Deadline.NONE));
              } catch (RuntimeException e) {
                result.completeExceptionally(e);
              }
            });
    caller.setDaemon(true);
    caller.start();
    while (caller.getState() != Thread.State.WAITING && caller.isAlive()) {
      Thread.onSpinWait();
    }
    return result;
  }
}
