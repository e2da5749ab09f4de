package dev.afina;

import dev.afina.data.Labels;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/** Values of a model's outputs by their names. */
final class ByName {
  private ByName() {}

  /**
   * The values in the order of the outputs. If several outputs have one name, the first counts.
   *
   * @param value of an output, by its position
   * @return unmodifiable
   */
  static Map<String, Double> map(Labels names, IntToDoubleFunction value) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      values.putIfAbsent(names.name(i), value.applyAsDouble(i));
    }
    return Collections.unmodifiableMap(values);
  }
}
