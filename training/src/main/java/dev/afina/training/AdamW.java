package dev.afina.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.FusedOps;
import dev.afina.internal.engine.NativeMemory;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.engine.Workers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

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
  private final List<Slot> slots = new ArrayList<>();
  // Which parameters each worker sums and steps.
  private final List<int[]> shares;
  private final long parameters; // numbers
  private int step;

  /** A parameter with its two running means. */
  private record Slot(Parameter parameter, NDArray average, NDArray square) {}

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
      slots.add(
          new Slot(p, manager.zeros(p.array().getShape()), manager.zeros(p.array().getShape())));
    }
    this.parameters = parameters.stream().mapToLong(p -> p.array().size()).sum();
    this.shares =
        Workers.divide(
            parameters.stream().mapToLong(p -> p.array().size()).toArray(), division.parts());
  }

  /**
   * Adds up gradients, in place of the first ones.
   *
   * @param addends in the order of the parameters, one or more for each
   * @return the euclidean norm of all sums together
   */
  double sumAndNorm(List<List<NDArray>> addends) {
    List<Supplier<Double>> work = new ArrayList<>();
    for (int[] share : shares) {
      work.add(() -> normOfSums(at(share, addends)));
    }
    return Math.sqrt(division.run(work).stream().mapToDouble(norm -> norm * norm).sum());
  }

  private double normOfSums(List<List<NDArray>> addends) {
    if (fused.isPresent()) {
      return fused.get().sumAndNorm(addends);
    }
    double squares = 0;
    try (NDManager scope = manager.newSubManager()) {
      for (List<NDArray> of : addends) {
        NDArray sum = of.get(0);
        of.subList(1, of.size()).forEach(sum::addi);
        sum.tempAttach(scope);
        squares += sum.square().sum().getFloat();
      }
    }
    return Math.sqrt(squares);
  }

  /**
   * Changes all parameters in place.
   *
   * @param gradients in the order of the parameters; changed too
   * @param divisor what to divide the gradients by first
   */
  void step(List<NDArray> gradients, double divisor, double rate) {
    step++;
    List<Supplier<Void>> work = new ArrayList<>();
    for (int[] share : shares) {
      work.add(
          () -> {
            step(at(share, slots), at(share, gradients), divisor, rate);
            return null;
          });
    }
    division.run(work);
  }

  private void step(List<Slot> share, List<NDArray> gradients, double divisor, double rate) {
    try (Autograd.Mode off = Autograd.off();
        NDManager scope = manager.newSubManager()) {
      if (fused.isPresent()) {
        Map<Kind, List<Integer>> kinds = new LinkedHashMap<>();
        for (int i = 0; i < share.size(); i++) {
          kinds.computeIfAbsent(Kind.of(share.get(i)), k -> new ArrayList<>()).add(i);
        }
        kinds.forEach(
            (kind, places) ->
                fusedStep(fused.get(), kind, places, share, gradients, divisor, rate, scope));
      } else {
        for (int i = 0; i < share.size(); i++) {
          plainStep(share.get(i), gradients.get(i), divisor, rate, scope);
        }
      }
    }
  }

  /** Parameters of one kind step in one call. */
  private record Kind(boolean decayed, double rateShare) {
    static Kind of(Slot slot) {
      return new Kind(slot.parameter().decayed(), slot.parameter().rateShare());
    }
  }

  /** Updates done. */
  int steps() {
    return step;
  }

  /** Adds the running means to a checkpoint. */
  void addTo(Map<String, Tensor> tensors) {
    for (Slot slot : slots) {
      put(tensors, AVERAGE + slot.parameter().name(), slot.average());
      put(tensors, SQUARE + slot.parameter().name(), slot.square());
    }
  }

  private static void put(Map<String, Tensor> tensors, String name, NDArray array) {
    tensors.put(name, new Tensor(array.getShape().getShape(), PyTorch.bytes(array)));
  }

  /** Goes on from a checkpoint. */
  void restore(TrainingState state) {
    step = state.position().optimizerSteps();
    for (Slot slot : slots) {
      BestWeights.copy(state, AVERAGE + slot.parameter().name(), slot.average());
      BestWeights.copy(state, SQUARE + slot.parameter().name(), slot.square());
    }
  }

  /** Frees the means, and gives back what the training used. */
  @Override
  public void close() {
    manager.close();
    NativeMemory.giveBack(2 * Float.BYTES * parameters);
  }

  private static <T> List<T> at(int[] indexes, List<T> list) {
    return IntStream.of(indexes).mapToObj(list::get).toList();
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
        places.stream().map(i -> share.get(i).parameter().array()).toList(),
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
    NDArray p = slot.parameter().array();
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
