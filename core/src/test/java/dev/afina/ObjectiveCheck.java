package dev.afina;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.objective.Objective;
import dev.afina.internal.objective.Targets;
import java.util.Arrays;

/** Computes the graph of an objective as a training does. */
final class ObjectiveCheck {
  private ObjectiveCheck() {}

  /** The mean loss of an update, and its gradients by text and output. */
  @SuppressWarnings("ArrayRecordComponent")
  record Graph(double loss, float[][] gradients) {}

  /** An update over all texts, in batches: only the whole update knows its weight. */
  static Graph inBatchesOf(int size, Objective objective, float[][] logits, Targets targets) {
    double weight = targets.rows().stream().mapToDouble(objective::weight).sum();
    int outputs = logits[0].length;
    float[][] gradients = new float[logits.length][];
    double total = 0;
    for (int from = 0; from < logits.length; from += size) {
      int to = Math.min(logits.length, from + size);
      try (NDManager scope = PyTorch.newManager();
          Autograd.Mode on = Autograd.on()) {
        NDArray leaf = Autograd.leaf(scope.create(Arrays.copyOfRange(logits, from, to)), scope);
        NDArray share =
            objective
                .sum(leaf, targets.rows().subList(from, to), scope)
                .mul(Autograd.scalar(scope, 1 / weight));
        Autograd.backward(share);
        total += share.getFloat();
        float[] all = Autograd.gradient(leaf).toFloatArray();
        for (int text = from; text < to; text++) {
          gradients[text] =
              Arrays.copyOfRange(all, (text - from) * outputs, (text - from + 1) * outputs);
        }
      }
    }
    return new Graph(total, gradients);
  }
}
