package dev.afina.internal.tuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.checkpoint.AdapterConfig;
import dev.afina.internal.checkpoint.AdapterSource;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.NativeUse;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.engine.TorchRandom;
import dev.afina.internal.engine.TorchRandom.Uniform;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.layers.Activation;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.Initial;
import dev.afina.internal.model.layers.Linear;
import dev.afina.internal.model.layers.LinearSpec;
import dev.afina.internal.model.layers.ParameterSpec;
import dev.afina.internal.model.layers.ParameterSpec.Part;
import dev.afina.internal.model.lora.Adapter;
import dev.afina.internal.model.lora.LinearLayers;
import dev.afina.internal.model.lora.LowRank;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The low-rank updates of a training: for each target layer the matrices A and B, which are
 * trained, and its original weight, with which the training computes. After each {@link #merge} the
 * model's own array contains the weight with the update, so that prediction is as fast as without
 * updates.
 *
 * <p>Letters: R rows, r the rank.
 */
public final class LoraUpdates implements AutoCloseable {
  private static final double GAIN = Math.sqrt(2 / (1 + Math.pow(Math.sqrt(5), 2)));

  private final Model model;
  private final AdapterConfig config;
  private final NDManager manager;
  private final Map<String, Target> targets = new LinkedHashMap<>();

  /** A layer; the arrays are (out, in), (r, in) and (out, r). */
  private record Target(LinearSpec layer, NDArray weight, NDArray a, NDArray b) {}

  /**
   * Begins with B = 0 and A as {@code torch.manual_seed(seed)} and PEFT's {@code get_peft_model}
   * draw it.
   *
   * @param layers the targets of the updates
   * @param config the adapter's configuration, with the {@link #headModules}
   */
  public LoraUpdates(Model model, List<LinearSpec> layers, AdapterConfig config, int seed) {
    this.model = model;
    this.config =
        config.targets().contains(LinearLayers.ALL) // the head's layers, too, for PEFT
            ? config.withTargets(layers.stream().map(LinearSpec::name).toList())
            : config;
    this.manager = PyTorch.newManager();
    List<NDArray> drawn = TorchRandom.uniforms(manager, draws(layers), seed);
    for (int i = 0; i < layers.size(); i++) {
      LinearSpec layer = layers.get(i);
      drawn.get(3 * i).close();
      drawn.get(3 * i + 1).close();
      NDArray weight = model.array(layer.weight()).duplicate();
      weight.attach(manager);
      targets.put(
          layer.name(),
          new Target(
              layer,
              weight,
              drawn.get(3 * i + 2),
              manager.zeros(new Shape(layer.out(), config.rank()))));
    }
  }

  /** A layer's A and B as linear layers begin, then A once more, as PEFT does it. */
  private List<Uniform> draws(List<LinearSpec> layers) {
    List<Uniform> draws = new ArrayList<>();
    for (LinearSpec layer : layers) {
      Uniform a = new Uniform(new Shape(config.rank(), layer.in()), bound(layer.in()));
      draws.add(a);
      draws.add(new Uniform(new Shape(layer.out(), config.rank()), bound(config.rank())));
      draws.add(a);
    }
    return draws;
  }

  /** He et al. 2015 (arXiv 1502.01852), with the slope √5 that torch has for linear layers. */
  private static double bound(int inputs) {
    return Math.sqrt(3) * (GAIN / Math.sqrt(inputs));
  }

  /** The names of the modules that the head's parameters are in, as PEFT finds them. */
  public static List<String> headModules(Model model) {
    TreeSet<String> modules = new TreeSet<>();
    String prefix = model.architecture().spec().prefix();
    for (ParameterSpec spec : model.architecture().spec().parameters()) {
      if (spec.isHead()) {
        String key = spec.key();
        String below = key.startsWith(prefix) ? key.substring(prefix.length()) : key;
        modules.add(below.substring(0, below.indexOf('.')));
      }
    }
    return List.copyOf(modules);
  }

  /** What is trained: the head, then A and B of each target. */
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> specs =
        new ArrayList<>(
            model.architecture().spec().parameters().stream()
                .filter(ParameterSpec::isHead)
                .toList());
    targets.forEach(
        (name, target) -> {
          specs.add(spec(name + AdapterSource.A, target.a));
          specs.add(spec(name + AdapterSource.B, target.b));
        });
    return specs;
  }

  private static ParameterSpec spec(String key, NDArray array) {
    return new ParameterSpec(key, array.getShape(), Part.ENCODER, Initial.NORMAL);
  }

  /** The array of one of the {@link #parameters()}. */
  NDArray array(String key) {
    Target target =
        targets.get(key.substring(0, Math.max(0, key.length() - AdapterSource.A.length())));
    if (target == null) {
      return model.array(key);
    }
    return key.endsWith(AdapterSource.A) ? target.a : target.b;
  }

  /** The weight of a target as the checkpoint had it; empty for another key. */
  Optional<NDArray> weight(String key) {
    return key.endsWith(".weight")
        ? Optional.ofNullable(targets.get(key.substring(0, key.length() - ".weight".length())))
            .map(Target::weight)
        : Optional.empty();
  }

  /**
   * A layer with its update, where it has one.
   *
   * @param maker makes layers without updates: this one, and those of A and B
   */
  Linear linear(Function<LinearSpec, Linear> maker, LinearSpec layer, Dropout dropouts) {
    if (!targets.containsKey(layer.name())) {
      return maker.apply(layer);
    }
    Linear a = maker.apply(half(layer.name() + ".lora_A", layer.in(), config.rank()));
    Linear b = maker.apply(half(layer.name() + ".lora_B", config.rank(), layer.out()));
    Linear whole = maker.apply(layer.then(Activation.LINEAR));
    return x -> {
      NDArray update = b.apply(a.apply(dropouts.applyAt(config.dropout(), x))); // (R, out)
      NDArray scaled = update.mul(Autograd.scalar(x.getManager(), config.scale()));
      return layer.activation().apply(whole.apply(x).add(scaled));
    };
  }

  private static LinearSpec half(String name, int in, int out) {
    return LinearSpec.of(name, in, out).withoutBias();
  }

  /** The arrays of what is trained, by the names of an adapter's file. */
  public Map<String, NDArray> arraysOfFile() {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    parameters().forEach(spec -> arrays.put(AdapterSource.PREFIX + spec.key(), array(spec.key())));
    return arrays;
  }

  /** Brings the model's weights up to date. */
  void merge() {
    Adapter adapter = adapter();
    adapter
        .updates()
        .forEach(
            (name, update) ->
                update.merge(
                    config.scale(),
                    PyTorch.memory(Objects.requireNonNull(targets.get(name)).weight),
                    PyTorch.memory(model.array(name + ".weight"))));
    model.adapted(Optional.of(adapter));
  }

  /** A copy of the updates as they are now. */
  public Adapter adapter() {
    Map<String, LowRank> updates = new LinkedHashMap<>();
    targets.forEach(
        (name, target) ->
            updates.put(
                name,
                new LowRank(
                    config.rank(),
                    target.layer.in(),
                    target.layer.out(),
                    PyTorch.memory(target.a),
                    PyTorch.memory(target.b))));
    return new Adapter(config, updates);
  }

  @Override
  public void close() {
    NativeUse.free(manager::close);
  }
}
