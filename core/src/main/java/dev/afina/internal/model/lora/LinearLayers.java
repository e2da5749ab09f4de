package dev.afina.internal.model.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.model.Architecture;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.Form;
import dev.afina.internal.model.layers.Linear;
import dev.afina.internal.model.layers.LinearSpec;
import dev.afina.internal.model.layers.ParameterSpec.Part;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The linear layers of an architecture by name, in the order in which it makes them, which is that
 * of transformers' modules. What several layers share, as all of ALBERT's, is there once.
 * Immutable.
 */
public final class LinearLayers {
  /** PEFT's name for all of them. */
  public static final String ALL = "all-linear";

  private static final Pattern UP_TO_NUMBER = Pattern.compile("^.*\\.\\d+\\.");

  private final Map<String, LinearSpec> byName;

  private LinearLayers(Map<String, LinearSpec> byName) {
    this.byName = byName;
  }

  /** Those of an architecture. */
  public static LinearLayers of(Architecture architecture) {
    Collector collector = new Collector();
    Object unused = architecture.bind(new Binder(collector));
    return new LinearLayers(collector.byName);
  }

  /** The layers by name. */
  public Map<String, LinearSpec> byName() {
    return byName;
  }

  /** Whether a target means a layer, by PEFT's rule: its name, or the end of it after a dot. */
  public static boolean matches(String target, String layer) {
    return layer.equals(target) || layer.endsWith("." + target);
  }

  /**
   * The layers of the encoder that some targets mean; the head is no target, because it is trained
   * as a whole.
   *
   * @param targets names or their ends, or {@link #ALL}
   * @throws IllegalArgumentException when a target means none; the message has the names there are
   */
  public List<LinearSpec> targets(Collection<String> targets) {
    for (String target : targets) {
      if (encoder().noneMatch(layer -> isMeant(target, layer))) {
        throw new IllegalArgumentException(
            "lora: target module %s: is no linear layer of this encoder; there are %s, and \"%s\""
                .formatted(Excerpt.quoted(target), Excerpt.quotedList(lastNames()), ALL));
      }
    }
    return encoder().filter(layer -> targets.stream().anyMatch(t -> isMeant(t, layer))).toList();
  }

  private static boolean isMeant(String target, LinearSpec layer) {
    return target.equals(ALL) || matches(target, layer.name());
  }

  private Stream<LinearSpec> encoder() {
    return byName.values().stream().filter(layer -> layer.part() == Part.ENCODER);
  }

  /** What follows the number of a layer in the names, each once. */
  private List<String> lastNames() {
    TreeSet<String> names = new TreeSet<>();
    encoder().forEach(layer -> names.add(UP_TO_NUMBER.matcher(layer.name()).replaceFirst("")));
    return new ArrayList<>(names);
  }

  /** Makes layers that are never applied, and notes them. */
  private static final class Collector implements Form {
    private final Map<String, LinearSpec> byName = new LinkedHashMap<>();

    @Override
    public NDArray array(String key) {
      throw new IllegalStateException("parameter \"" + key + "\" is only described");
    }

    @Override
    public NDArray constant(String name, Function<NDManager, NDArray> maker) {
      throw new IllegalStateException("constant \"" + name + "\" is only described");
    }

    @Override
    public Linear linear(LinearSpec spec) {
      byName.putIfAbsent(spec.name(), spec);
      return Form.super.linear(spec);
    }
  }
}
