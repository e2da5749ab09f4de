package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Recording and differentiation, per thread.
 *
 * <p>DJL's own gradient collector allows one collection per process; here, as in PyTorch, the mode
 * belongs to the thread. It is on in every new thread, so code that only predicts must call {@link
 * #off()}, or each call builds a graph.
 */
public final class Autograd {

  private Autograd() {}

  /** A thread's gradient mode, restored to what it was on {@link #close()}. */
  public static final class Mode implements AutoCloseable {
    private final boolean before;

    private Mode(boolean enabled) {
      before = JniUtils.isGradMode();
      JniUtils.setGradMode(enabled);
    }

    /** Restores the mode this thread had before; must run on the thread that opened the scope. */
    @Override
    public void close() {
      JniUtils.setGradMode(before);
    }
  }

  /** Records what this thread computes, until closed. */
  public static Mode on() {
    PyTorch.engine();
    return new Mode(true);
  }

  /** Records nothing on this thread, until closed. */
  public static Mode off() {
    PyTorch.engine();
    return new Mode(false);
  }

  /**
   * A leaf of the graph that shares the storage of {@code parameter} and belongs to {@code owner}.
   *
   * <p>With a new leaf for each update, the backward pass hands over its buffer as the gradient; on
   * the parameter itself the old gradient would have to be zeroed and added to.
   */
  public static NDArray leaf(NDArray parameter, NDManager owner) {
    NDArray leaf = parameter.stopGradient();
    leaf.attach(owner);
    leaf.setRequiresGradient(true);
    return leaf;
  }

  /**
   * A float32 array of one element, for recorded arithmetic.
   *
   * <p>DJL's {@code op(Number)} must not be used there: it wraps the number in Java memory and
   * releases it at once, while the graph still refers to it; the backward pass then reads whatever
   * the memory holds after the next garbage collection. The memory of this one is PyTorch's.
   */
  public static NDArray scalar(NDManager owner, double value) {
    return owner.full(new Shape(1), (float) value, DataType.FLOAT32);
  }

  /**
   * Indexes for recorded arithmetic, such as the rows of a table. They are in PyTorch's memory,
   * like {@link #scalar}: DJL's {@code create(long[])} uses Java's, which may be freed when the
   * array is closed, while the graph still reads it in the backward pass.
   */
  public static NDArray indexes(NDManager owner, long... values) {
    try (NDArray javas = owner.create(values)) {
      return javas.duplicate();
    }
  }

  /**
   * Adds the derivative of {@code loss}, a scalar, by each leaf it depends on to that leaf's
   * gradient, and frees the graph.
   *
   * @throws IllegalArgumentException if {@code loss} is not a scalar
   * @throws ai.djl.engine.EngineException if it was not recorded
   */
  public static void backward(NDArray loss) {
    if (loss.size() != 1) {
      throw new IllegalArgumentException("loss: expected a scalar, got shape " + loss.getShape());
    }
    try (NDArray one = loss.getManager().ones(loss.getShape())) {
      JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
    }
  }

  /**
   * The gradient of {@code leaf}, in the leaf's manager: zeros where no loss depended on it. The
   * array is the gradient itself, not a copy.
   */
  public static NDArray gradient(NDArray leaf) {
    return leaf.getGradient();
  }
}
