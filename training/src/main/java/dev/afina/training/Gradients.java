package dev.afina.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.DeferredLinear;
import dev.afina.internal.engine.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of one update: those that each part of its batches computes by autograd, on its own
 * {@link ShardParameters}, and those of linear layers, computed from all parts of a batch together.
 */
final class Gradients {
  private static final int NONE = -1;

  private final List<Parameter> parameters;
  private final Map<String, Integer> places = new HashMap<>();
  private final NDManager scope;
  private final Division division;
  private final Function<Shape, NDArray> newArray;
  private final List<OneShard> parts = new ArrayList<>();

  /** By place; workers add to it, each the gradients of its own layers. */
  private final Map<Integer, NDArray> deferred = new ConcurrentHashMap<>();

  private final Map<Integer, Layer> layers = new HashMap<>();

  /**
   * @param scope owner of leaves and gradients
   */
  Gradients(List<Parameter> parameters, NDManager scope) {
    this(parameters, scope, Division.ofAllWorkers());
  }

  Gradients(List<Parameter> parameters, NDManager scope, Division division) {
    this(parameters, scope, division, scope::create);
  }

  /**
   * @param newArray makes an array in {@code scope}, uninitialised
   */
  Gradients(
      List<Parameter> parameters,
      NDManager scope,
      Division division,
      Function<Shape, NDArray> newArray) {
    this.division = division;
    this.newArray = newArray;
    this.parameters = parameters;
    this.scope = scope;
    for (Parameter p : parameters) {
      places.put(p.name(), places.size());
    }
  }

  NDManager scope() {
    return scope;
  }

  /** The leaves of part {@code i}; parts are asked for from 0 on. */
  ShardParameters ofShard(int i) {
    if (i == parts.size()) {
      parts.add(new OneShard());
    }
    return parts.get(i);
  }

  /**
   * Adds the gradients of the linear layers from a batch, after the backward passes of its parts.
   *
   * <p>The workers allocate the arrays, each just before it fills them: malloc has an arena per
   * thread, and theirs contain the memory that the backward passes have just freed. If the caller
   * allocated them, they would take as much additional memory as the encoder.
   */
  void endBatch() {
    Map<Layer, List<DeferredLinear.Use>> uses = new LinkedHashMap<>();
    for (OneShard part : parts) {
      part.uses.forEach(
          (layer, own) -> uses.computeIfAbsent(layer, l -> new ArrayList<>()).addAll(own));
      part.uses.clear();
    }
    List<Supplier<Void>> sums = new ArrayList<>();
    uses.forEach((layer, all) -> sums.add(sum(layer, all)));
    long[] sizes =
        uses.keySet().stream().mapToLong(l -> parameters.get(l.weight).array().size()).toArray();
    List<Supplier<Void>> work = new ArrayList<>();
    for (int[] share : Workers.divide(sizes, division.parts())) {
      work.add(
          () -> {
            for (int i : inOrder(share)) {
              sums.get(i).get();
            }
            return null;
          });
    }
    division.run(work);
  }

  /** One encoder layer after the other, so that what they free lies side by side. */
  private static int[] inOrder(int... share) {
    return Arrays.stream(share).sorted().toArray();
  }

  private Supplier<Void> sum(Layer layer, List<DeferredLinear.Use> uses) {
    requireAlone(layer, layer.weight);
    if (layer.bias != NONE) {
      requireAlone(layer, layer.bias);
    }
    return () -> {
      boolean fresh = !deferred.containsKey(layer.weight);
      NDArray ofWeight = gradientFor(layer.weight);
      NDArray ofBias = layer.bias == NONE ? null : gradientFor(layer.bias);
      layer.kind.addGradients(uses, ofWeight, ofBias, fresh);
      uses.forEach(DeferredLinear.Use::close);
      return null;
    };
  }

  /** Two workers would add to a parameter's gradient if two layers had it. */
  private void requireAlone(Layer layer, int place) {
    if (!layers.computeIfAbsent(place, p -> layer).equals(layer)) {
      throw new IllegalStateException(
          "parameter \""
              + parameters.get(place).name()
              + "\" is used by two linear layers that differ in weight, bias or kind; ask for it by"
              + " ShardParameters.array in one of them");
    }
  }

  /** Uninitialised at first. */
  private NDArray gradientFor(int place) {
    return deferred.computeIfAbsent(
        place, p -> newArray.apply(parameters.get(p).array().getShape()));
  }

  /**
   * The gradients of each parameter, in the order of the parameters: one or more arrays, to be
   * summed.
   */
  List<List<NDArray>> addends() {
    List<List<NDArray>> addends = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      List<NDArray> own = new ArrayList<>();
      if (deferred.containsKey(i)) {
        own.add(deferred.get(i));
      }
      String name = parameters.get(i).name();
      for (OneShard part : parts) {
        if (part.arrays.containsKey(name)) {
          own.add(Autograd.gradient(part.arrays.get(name)));
        }
      }
      if (own.isEmpty()) {
        own.add(scope.zeros(parameters.get(i).array().getShape()));
      }
      addends.add(own);
    }
    return addends;
  }

  /**
   * The places of a layer's parameters, the bias's {@link #NONE} without, and how it is computed.
   */
  private record Layer(int weight, int bias, DeferredLinear kind) {}

  private final class OneShard implements ShardParameters {
    private final Map<String, NDArray> arrays = new HashMap<>();
    private final Map<Layer, List<DeferredLinear.Use>> uses = new LinkedHashMap<>();

    @Override
    public NDArray array(String name) {
      return arrays.computeIfAbsent(name, n -> Autograd.leaf(parameter(n).array(), scope));
    }

    @Override
    public NDArray linear(DeferredLinear kind, NDArray x, String weight, @Nullable String bias) {
      int placeOfBias = bias == null ? NONE : place(bias);
      List<DeferredLinear.Use> own =
          uses.computeIfAbsent(
              new Layer(place(weight), placeOfBias, kind), layer -> new ArrayList<>());
      NDArray ofBias = bias == null ? null : parameter(bias).array();
      return kind.apply(x, parameter(weight).array(), ofBias, scope, own::add);
    }

    private Parameter parameter(String name) {
      return parameters.get(place(name));
    }

    private int place(String name) {
      Integer place = places.get(name);
      if (place == null) {
        throw new IllegalArgumentException("no parameter \"" + name + "\"");
      }
      return place;
    }
  }
}
