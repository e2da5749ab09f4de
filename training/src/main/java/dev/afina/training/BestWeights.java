package dev.afina.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.internal.engine.PyTorch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The weights of the best evaluation so far. They are copied only if a metric chooses them. Owns
 * the copies until closed.
 */
final class BestWeights implements AutoCloseable {
  private static final String PREFIX = "best.";
  private static final TrainingState.Best NONE = new TrainingState.Best(0, Double.NaN);

  private final List<Parameter> parameters;
  private final EvaluationOptions options;
  private final NDManager manager = PyTorch.newManager();
  private final List<NDArray> weights = new ArrayList<>();
  private TrainingState.Best best = NONE;

  BestWeights(List<Parameter> parameters, EvaluationOptions options) {
    this.parameters = parameters;
    this.options = options;
  }

  TrainingState.Best best() {
    return best;
  }

  /**
   * Copies the current weights if they are the best so far. A NaN never is.
   *
   * @param value the value of the metric that chooses
   * @return whether they are the ones to keep so far: the best or, before there is one, the latest
   */
  boolean offer(int step, double value) {
    boolean isFirst = best.step() == 0;
    if (Double.isNaN(value)) {
      return isFirst;
    }
    boolean better = options.greaterIsBetter() ? value > best.value() : value < best.value();
    if (!better && !isFirst) {
      return false;
    }
    best = new TrainingState.Best(step, value);
    keep();
    return true;
  }

  private void keep() {
    weights.forEach(NDArray::close);
    weights.clear();
    for (Parameter p : parameters) {
      NDArray copy = p.array().duplicate();
      copy.attach(manager);
      weights.add(copy);
    }
  }

  /** Puts the best weights into the parameters, if there are any. */
  void restore() {
    for (int i = 0; i < weights.size(); i++) {
      PyTorch.memory(parameters.get(i).array()).put(PyTorch.memory(weights.get(i)));
    }
  }

  /**
   * Adds them to the tensors of a checkpoint, unless they are the weights of {@code step}, which it
   * contains anyway.
   */
  void addTo(Map<String, Tensor> tensors, int step) {
    if (best.step() == step) {
      return;
    }
    for (int i = 0; i < weights.size(); i++) {
      NDArray array = weights.get(i);
      tensors.put(
          PREFIX + parameters.get(i).name(),
          new Tensor(array.getShape().getShape(), PyTorch.bytes(array)));
    }
  }

  /** Resumes from a checkpoint whose weights are already in the parameters. */
  void restore(TrainingState state) {
    best = Double.isNaN(state.best().value()) ? NONE : state.best(); // NaN once was a best, too
    if (best.step() == 0) {
      return;
    }
    keep();
    if (best.step() == state.position().step()) {
      return;
    }
    for (int i = 0; i < weights.size(); i++) {
      copy(state, PREFIX + parameters.get(i).name(), weights.get(i));
    }
  }

  /** Copies a tensor of a checkpoint. */
  static void copy(TrainingState state, String name, NDArray into) {
    Tensor tensor = state.tensors().get(name);
    ByteBuffer memory = PyTorch.bytes(into);
    if (tensor == null || tensor.bytes().remaining() != memory.remaining()) {
      throw new IllegalArgumentException(
          "checkpoint: tensor \""
              + name
              + "\" "
              + (tensor == null
                  ? "is missing"
                  : "has "
                      + tensor.bytes().remaining()
                      + " bytes, expected "
                      + memory.remaining()));
    }
    memory.put(tensor.bytes().duplicate());
  }

  @Override
  public void close() {
    manager.close();
  }
}
