package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.tokenization.Encoding;
import dev.afina.training.StopCheck;
import java.io.InterruptedIOException;
import java.util.List;

/**
 * Reads texts with a model: from texts to tokens to logits, and what a {@link Task} makes of them.
 *
 * @param inference the model; shared by all readers of it in this precision
 * @param encoder how texts become tokens
 */
record TextReader(Inference inference, TextEncoder encoder) {

  <P> P read(Example example, Task<P, ?> task) {
    return task.prediction(inference.logits(encoder.encode(example)));
  }

  <P> List<P> read(Dataset data, Task<P, ?> task) {
    return inference.logits(encoder.encode(data)).stream().map(task::prediction).toList();
  }

  /** The logits of texts that are tokens already; ends between some batches when it should. */
  List<float[]> logits(List<Encoding> texts, StopCheck stop) throws InterruptedIOException {
    return inference.logits(texts, stop);
  }

  /** Each text's passes with elements dropped. */
  <P> List<List<P>> readWithDropout(Dataset data, int passes, long seed, Task<P, ?> task) {
    return inference.logitsWithDropout(encoder.encode(data), passes, seed).stream()
        .map(ofText -> ofText.stream().map(task::prediction).toList())
        .toList();
  }
}
