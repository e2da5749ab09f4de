package dev.afina.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.engine.PackedFormat;
import dev.afina.internal.engine.WrongKernelException;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.PackedForm;
import dev.afina.internal.model.layers.PlainForm;
import dev.afina.internal.model.layers.Rows;
import dev.afina.internal.serving.Inference;
import dev.afina.internal.serving.ListCall;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A kernel that is found wrong only when a batch first needs it. */
class WrongKernelTest {

  /** A packed network whose attention differs. */
  private static final class Wrong implements Network {
    final AtomicInteger calls = new AtomicInteger();

    @Override
    public NDArray hidden(PackedBatch batch, Rows rows, Dropout dropout) {
      calls.incrementAndGet();
      throw new WrongKernelException("results of attention differ from plain ones on all cores");
    }

    @Override
    public NDArray head(NDArray hidden, PackedBatch batch, Dropout dropout) {
      throw new AssertionError("no hidden state to read");
    }
  }

  @Test
  void thePlainNetworkComputes_andOneLineSaysSo() throws IOException {
    Wrong wrong = new Wrong();
    PrintStream err = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    try (Model model = Golden.model("bert/model", ModelLoader.HeadWeights.REQUIRED);
        CheckpointFiles files = CheckpointFiles.folder(Golden.path("bert/model"));
        Tokenizer tokenizer = Tokenizer.load(files::read)) {
      List<Encoding> texts =
          List.of(tokenizer.encode("so happy", null, 64), tokenizer.encode("so", null, 64));
      List<float[]> expected = logits(new Inference(model, Optional.empty()), texts);
      PackedForm form =
          new PackedForm(
              new PlainForm(model.arrays(), model.constants()),
              PackedFormat.FLOAT32.kernels().orElseThrow());
      Inference inference = new Inference(model, Optional.of(new PackedModel(wrong, form)));
      inference.addOwner();
      System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
      try {
        for (int again = 0; again < 2; again++) {
          List<float[]> logits = logits(inference, texts);
          for (int i = 0; i < texts.size(); i++) {
            assertThat(logits.get(i)).containsExactly(expected.get(i), within(1e-5f));
          }
        }
        assertThat(inference.hidden(texts, HeadForm.Pooling.MEAN, i -> "it", ListCall.undivided()))
            .hasSize(2);
      } finally {
        System.setErr(err);
        inference.removeOwner();
      }
    }
    assertThat(wrong.calls).as("calls of the wrong network").hasValue(1);
    assertThat(log.toString(StandardCharsets.UTF_8).lines())
        .filteredOn(line -> line.contains("the plain path serves in FLOAT32, slower"))
        .hasSize(1)
        .first()
        .asString()
        .contains(
            "packed layers in FLOAT32 are not usable here: results of attention differ from plain ones on all cores");
  }

  private static List<float[]> logits(Inference inference, List<Encoding> texts) {
    return inference.logits(texts, i -> "it", ListCall.undivided());
  }
}
