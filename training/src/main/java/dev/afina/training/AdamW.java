package dev.afina.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.FusedOps;
import dev.afina.internal.engine.NativeMemory;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.engine.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101) in the arithmetic
 * of torch:
 *
 * <pre>
 * p ← p · (1 − rate · decay)
 * m ← β1·m + (1 − β1)·g
 * v ← β2·v + (1 − β2)·g²
 * p ← p − rate/(1 − β1^t) · m / (√v/√(1 − β2^t) + ε)
 * </pre>
 *
 * <p>Owns m and v until closed. The fused kernel does in one pass over memory what the plain path
 * does in ten: 0.65 against 10 to 16 ns a parameter on 2 cores.
 */
final class AdamW implements AutoCloseable {
  private static final String AVERAGE = "average.";
  private static final String SQUARE = "square.";

  private final OptimizerOptions options;
  private final Optional<FusedOps> fused;
  private final Division division;
  private final NDManager manager = PyTorch.newManager();
  private final List<Slot> whole = new ArrayList<>();
  private final List<Piece> pieces = new ArrayList<>();
  // Which pieces each worker sums and steps.
  private final List<int[]> shares;
  private final long parameters; // numbers
  private int step;

  /** A parameter, or a slice of it, with its two running means. */
  private record Slot(Parameter parameter, NDArray array, NDArray average, NDArray square) {
    Slot of(Slice slice, NDManager scope) {
      return new Slot(
          parameter, slice.of(array, scope), slice.of(average, scope), slice.of(square, scope));
    }
  }

  /** A slice and its arrays. */
  private record Piece(Slice slice, Slot slot) {
    /** The same slice of a gradient. */
    NDArray of(List<NDArray> gradients, NDManager scope) {
      return slice.of(gradients.get(slice.place()), scope);
    }
  }

  AdamW(List<Parameter> parameters, OptimizerOptions options, Optional<FusedOps> fused) {
    this(parameters, options, fused, Division.ofAllWorkers());
  }

  AdamW(
      List<Parameter> parameters,
      OptimizerOptions options,
      Optional<FusedOps> fused,
      Division division) {
    this.division = division;
    this.options = options;
    this.fused = fused;
    for (Parameter p : parameters) {
      Shape shape = p.array().getShape();
      whole.add(new Slot(p, p.array(), manager.zeros(shape), manager.zeros(shape)));
    }
    for (Slice slice : Slice.of(parameters)) {
      pieces.add(new Piece(slice, whole.get(slice.place()).of(slice, manager)));
    }
    this.parameters = parameters.stream().mapToLong(p -> p.array().size()).sum();
    this.shares =
        Workers.divide(
            pieces.stream().mapToLong(piece -> piece.slice().size()).toArray(), division.parts());
  }

  /**
   * Sums gradients, in place in the first of each.
   *
   * @param addends the gradients in the order of the parameters, one or more for each
   * @return the Euclidean norm of all sums together; it does not depend on the number of workers
   */
  double sumAndNorm(List<List<NDArray>> addends) {
    List<Supplier<double[]>> work = new ArrayList<>();
    for (int[] share : shares) {
      work.add(() -> normsOfSums(share, addends));
    }
    List<double[]> norms = division.run(work);
    double[] squares = new double[pieces.size()];
    for (int part = 0; part < norms.size(); part++) {
      int[] share = shares.get(part);
      for (int i = 0; i < share.length; i++) {
        squares[share[i]] = norms.get(part)[i] * norms.get(part)[i];
      }
    }
    return Math.sqrt(Arrays.stream(squares).sum());
  }

  private double[] normsOfSums(int[] share, List<List<NDArray>> addends) {
    try (NDManager scope = manager.newSubManager()) {
      List<List<NDArray>> own = new ArrayList<>();
      for (int number : share) {
        Slice slice = pieces.get(number).slice();
        own.add(addends.get(slice.place()).stream().map(a -> slice.of(a, scope)).toList());
      }
      return fused.isPresent()
          ? fused.get().sumAndNorms(own)
          : own.stream().mapToDouble(of -> normOfSum(of, scope)).toArray();
    }
  }

  private static double normOfSum(List<NDArray> addends, NDManager scope) {
    NDArray sum = addends.get(0);
    addends.subList(1, addends.size()).forEach(sum::addi);
    try (NDManager temporary = scope.newSubManager()) {
      sum.tempAttach(temporary);
      return Math.sqrt(sum.square().sum().getFloat());
    }
  }

  /**
   * Takes a step: changes all parameters in place.
   *
   * @param gradients in the order of the parameters; modified
   * @param divisor the gradients are first divided by this
   */
  void step(List<NDArray> gradients, double divisor, double rate) {
    step++;
    List<Supplier<Void>> work = new ArrayList<>();
    for (int[] share : shares) {
      work.add(
          () -> {
            step(share, gradients, divisor, rate);
            return null;
          });
    }
    division.run(work);
  }

  private void step(int[] numbers, List<NDArray> gradients, double divisor, double rate) {
    try (Autograd.Mode off = Autograd.off();
        NDManager scope = manager.newSubManager()) {
      List<Slot> share = new ArrayList<>();
      List<NDArray> own = new ArrayList<>();
      for (int number : numbers) {
        Piece piece = pieces.get(number);
        share.add(piece.slot());
        own.add(piece.of(gradients, scope));
      }
      if (fused.isPresent()) {
        Map<Kind, List<Integer>> kinds = new LinkedHashMap<>();
        for (int i = 0; i < share.size(); i++) {
          kinds.computeIfAbsent(Kind.of(share.get(i)), k -> new ArrayList<>()).add(i);
        }
        kinds.forEach(
            (kind, places) ->
                fusedStep(fused.get(), kind, places, share, own, divisor, rate, scope));
      } else {
        for (int i = 0; i < share.size(); i++) {
          plainStep(share.get(i), own.get(i), divisor, rate, scope);
        }
      }
    }
  }

  /** Parameters of one kind are updated in one call. */
  private record Kind(boolean decayed, double rateShare) {
    static Kind of(Slot slot) {
      return new Kind(slot.parameter().decayed(), slot.parameter().rateShare());
    }
  }

  /** The number of steps taken. */
  int steps() {
    return step;
  }

  /** Adds the running means to a checkpoint. */
  void addTo(Map<String, Tensor> tensors) {
    for (Slot slot : whole) {
      put(tensors, AVERAGE + slot.parameter().name(), slot.average());
      put(tensors, SQUARE + slot.parameter().name(), slot.square());
    }
  }

  private static void put(Map<String, Tensor> tensors, String name, NDArray array) {
    tensors.put(name, new Tensor(array.getShape().getShape(), PyTorch.bytes(array)));
  }

  /** Resumes from a checkpoint. */
  void restore(TrainingState state) {
    step = state.position().optimizerSteps();
    for (Slot slot : whole) {
      BestWeights.copy(state, AVERAGE + slot.parameter().name(), slot.average());
      BestWeights.copy(state, SQUARE + slot.parameter().name(), slot.square());
    }
  }

  /** Frees the running means and returns free memory to the system. */
  @Override
  public void close() {
    manager.close();
    NativeMemory.giveBack(2 * Float.BYTES * parameters);
  }

  private void fusedStep(
      FusedOps ops,
      Kind kind,
      List<Integer> places,
      List<Slot> share,
      List<NDArray> gradients,
      double divisor,
      double rate,
      NDManager scope) {
    ops.adamW(
        places.stream().map(i -> share.get(i).array()).toList(),
        places.stream().map(gradients::get).toList(),
        places.stream().map(i -> share.get(i).average()).toList(),
        places.stream().map(i -> share.get(i).square()).toList(),
        scope.create((float) step),
        scope.create((float) divisor),
        rate * kind.rateShare(),
        options.beta1(),
        options.beta2(),
        kind.decayed() ? options.weightDecay() : 0,
        options.epsilon());
  }

  private void plainStep(Slot slot, NDArray g, double divisor, double wholeRate, NDManager scope) {
    double rate = wholeRate * slot.parameter().rateShare();
    NDArray p = slot.array();
    NDArray m = slot.average();
    NDArray v = slot.square();
    double decay = slot.parameter().decayed() ? options.weightDecay() : 0;
    double correction1 = 1 - Math.pow(options.beta1(), step);
    double correction2 = 1 - Math.pow(options.beta2(), step);
    try (NDManager temporary = scope.newSubManager()) {
      g.tempAttach(temporary);
      v.tempAttach(temporary);
      m.tempAttach(temporary);
      g.divi(divisor);
      p.muli(1 - rate * decay);
      m.muli(options.beta1()).addi(g.mul(1 - options.beta1()));
      v.muli(options.beta2()).addi(g.square().muli(1 - options.beta2()));
      NDArray denominator = v.sqrt().divi(Math.sqrt(correction2)).addi(options.epsilon());
      p.subi(m.div(denominator).muli(rate / correction1));
    }
  }
}
