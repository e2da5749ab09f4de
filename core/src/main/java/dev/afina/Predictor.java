package dev.afina;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.engine.Autograd;
import dev.afina.engine.PyTorch;
import dev.afina.model.Model;
import dev.afina.model.PackedBatch;
import dev.afina.tokenization.Encoding;
import dev.afina.training.StopCheck;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs a model over encoded texts, in batches of about equal length.
 *
 * <p>A text's logits do not depend on the texts beside it but for float rounding: nothing is
 * padded.
 */
record Predictor(Model model, Labels labels) {
  /** Bounds the memory of one forward pass: about 100 MB a layer for a base-sized model. */
  private static final int MAX_TOKENS_A_BATCH = 4096;

  private static final int MAX_TEXTS_A_BATCH = 64;

  List<Prediction> predict(List<Encoding> texts) {
    try {
      return predict(texts, () -> {});
    } catch (InterruptedIOException e) {
      throw new AssertionError("a check that never stops has stopped", e);
    }
  }

  /** The same, which ends between two batches when it should. */
  List<Prediction> predict(List<Encoding> texts, StopCheck stop) throws InterruptedIOException {
    Prediction[] predictions = new Prediction[texts.size()];
    try (Autograd.Mode off = Autograd.off()) {
      for (List<Integer> batch : batches(texts)) {
        stop.check();
        List<Encoding> encodings = batch.stream().map(texts::get).toList();
        predict(encodings, batch, predictions);
      }
    }
    return List.of(predictions);
  }

  private void predict(List<Encoding> encodings, List<Integer> places, Prediction[] predictions) {
    try (NDManager scope = PyTorch.newManager()) {
      PackedBatch batch = new PackedBatch(encodings, model.architecture(), scope);
      NDArray logits = model.logits(batch);
      float[] all = logits.toFloatArray();
      int classes = labels.size();
      for (int i = 0; i < batch.texts(); i++) {
        float[] row = Arrays.copyOfRange(all, i * classes, (i + 1) * classes);
        predictions[places.get(batch.index(i))] = new Prediction(labels, row);
      }
    }
  }

  private static List<List<Integer>> batches(List<Encoding> texts) {
    List<Integer> byLength =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> texts.get(i).size()))
            .toList();
    List<List<Integer>> batches = new ArrayList<>();
    List<Integer> batch = new ArrayList<>();
    int tokens = 0;
    for (int i : byLength) {
      int size = texts.get(i).size();
      if (batch.size() == MAX_TEXTS_A_BATCH
          || (!batch.isEmpty() && tokens + size > MAX_TOKENS_A_BATCH)) {
        batches.add(batch);
        batch = new ArrayList<>();
        tokens = 0;
      }
      batch.add(i);
      tokens += size;
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }
}
