package dev.afina.internal.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.afina.DeadlineExceededException;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.NativeUse;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.engine.Workers;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.serving.Deadline;
import dev.afina.tokenization.Encoding;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/**
 * Gradients of one output by the word embeddings of one text, on the straight way from a baseline
 * to the text: b + α·(x − b).
 *
 * <p>The points of the way are copies of the text in a few batches, each with word embeddings of
 * its own, so the forward and backward passes are those of a training with as many texts. The
 * batches depend on the text and the points only, so that a text's result is always the same.
 *
 * <p>Letters: S tokens of the text, E size of a word embedding, K points of a batch.
 */
final class PathGradients {
  /** Bounds the memory of a recorded pass: about 50 MB a layer for a base-sized model. */
  private static final int MAX_TOKENS_A_BATCH = 512;

  private final Model model;
  private final Encoding text;
  private final int output;
  private final Deadline deadline;
  private final int size;
  private final float[] words; // x, (S, E)
  private final float[] differences; // x − b, (S, E)

  /**
   * Looks up the embeddings.
   *
   * @param baselines the token whose embedding is b, by place in the text; less than 0 for zeros
   * @param output which one
   * @param deadline asked for between batches of points
   */
  PathGradients(Model model, Encoding text, int[] baselines, int output, Deadline deadline) {
    this.model = model;
    this.text = text;
    this.output = output;
    this.deadline = deadline;
    NDArray table = model.array(model.architecture().spec().tokenEmbedding());
    this.size = Math.toIntExact(table.getShape().get(1));
    FloatBuffer rows = PyTorch.memory(table);
    this.words = new float[text.size() * size];
    this.differences = new float[text.size() * size];
    float[] baseline = new float[size];
    for (int place = 0; place < text.size(); place++) {
      rows.get(text.id(place) * size, words, place * size, size);
      if (baselines[place] >= 0) {
        rows.get(baselines[place] * size, baseline);
      } else {
        Arrays.fill(baseline, 0);
      }
      for (int i = 0; i < size; i++) {
        differences[place * size + i] = words[place * size + i] - baseline[i];
      }
    }
  }

  /**
   * What was found on the way.
   *
   * @param attributions Σ over the points of weight · gradient, times x − b, by token
   * @param outputs the output at each point
   */
  @SuppressWarnings("ArrayRecordComponent") // made here, read by one
  record Found(double[] attributions, double[] outputs) {}

  /**
   * Looks at points of the way.
   *
   * @param points α of each, from 0 (the baseline) to 1 (the text)
   * @param weights of their gradients
   * @throws IllegalStateException when a number is not finite
   * @throws DeadlineExceededException when the time has passed
   */
  Found at(double[] points, double[] weights) {
    int most = Math.max(1, MAX_TOKENS_A_BATCH / text.size());
    List<Supplier<Found>> work = new ArrayList<>();
    for (int from = 0; from < points.length; from += most) {
      int first = from;
      int count = Math.min(most, points.length - from);
      work.add(() -> batch(points, weights, first, count));
    }
    double[] attributions = new double[text.size()];
    double[] outputs = new double[points.length];
    int at = 0;
    for (Found found : Workers.run(work)) {
      for (int place = 0; place < attributions.length; place++) {
        attributions[place] += found.attributions[place];
      }
      System.arraycopy(found.outputs, 0, outputs, at, found.outputs.length);
      at += found.outputs.length;
    }
    return new Found(attributions, outputs);
  }

  /** On a worker. */
  private Found batch(double[] points, double[] weights, int from, int count) {
    NativeUse.requireNotShuttingDown();
    deadline.check();
    try (Autograd.Mode on = Autograd.on();
        NDManager scope = PyTorch.newManager()) {
      NDArray embedded = scope.create(new Shape((long) count * text.size(), size));
      fill(PyTorch.memory(embedded), points, from, count);
      embedded.setRequiresGradient(true);
      PackedBatch batch =
          model.batch(Collections.nCopies(count, text), scope, (place, token) -> place);
      NDArray logits =
          model.bind(new InputForm(model, embedded)).logits(batch, Dropout.NONE); // (K, C)
      NDArray chosen = logits.get(new NDIndex(":, {}", output)); // (K)
      Autograd.backward(chosen.sum());
      FloatBuffer gradients = PyTorch.memory(Autograd.gradient(embedded)); // (K · S, E)
      double[] outputs = new double[count];
      float[] found = chosen.toFloatArray();
      for (int k = 0; k < count; k++) {
        outputs[k] = finite(found[k]);
      }
      return new Found(attributions(gradients, weights, from, count), outputs);
    }
  }

  private void fill(FloatBuffer embedded, double[] points, int from, int count) {
    float[] row = new float[words.length];
    for (int k = 0; k < count; k++) {
      float missing = (float) (1 - points[from + k]);
      for (int i = 0; i < row.length; i++) {
        row[i] = words[i] - missing * differences[i];
      }
      embedded.put(row);
    }
  }

  private double[] attributions(FloatBuffer gradients, double[] weights, int from, int count) {
    double[] attributions = new double[text.size()];
    float[] gradient = new float[words.length];
    for (int k = 0; k < count; k++) {
      gradients.get(gradient);
      double weight = weights[from + k];
      if (weight != 0) {
        for (int i = 0; i < gradient.length; i++) {
          attributions[i / size] += weight * finite(gradient[i]) * differences[i];
        }
      }
    }
    return attributions;
  }

  private static float finite(float number) {
    if (!Float.isFinite(number)) {
      throw new IllegalStateException(
          "the text: the model's output or a gradient of it is "
              + number
              + ", expected finite numbers; its weights are too large for this text: train it again"
              + " at a lower learning rate, or take another checkpoint");
    }
    return number;
  }
}
