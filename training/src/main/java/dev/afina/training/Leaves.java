package dev.afina.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.engine.Autograd;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The leaves of one update: for each part of its batches the parameters once more, on the same
 * storage, so that each part has gradients of its own and no two threads add to the same array.
 */
final class Leaves {
  private final List<Parameter> parameters;
  private final NDManager scope;
  private final List<Map<String, NDArray>> parts = new ArrayList<>();

  /**
   * @param scope owner of leaves and gradients
   */
  Leaves(List<Parameter> parameters, NDManager scope) {
    this.parameters = parameters;
    this.scope = scope;
  }

  NDManager scope() {
    return scope;
  }

  /** The leaves of part {@code i} by name; parts are asked for from 0 on. */
  Map<String, NDArray> ofPart(int i) {
    if (i == parts.size()) {
      Map<String, NDArray> leaves = new LinkedHashMap<>();
      parameters.forEach(p -> leaves.put(p.name(), Autograd.leaf(p.array(), scope)));
      parts.add(leaves);
    }
    return parts.get(i);
  }

  /** By part, in the order of the parameters. */
  List<List<NDArray>> gradients() {
    return parts.stream()
        .map(leaves -> leaves.values().stream().map(Autograd::gradient).toList())
        .toList();
  }
}
