package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.NativeUse;
import dev.afina.internal.engine.PackedFormat;
import dev.afina.internal.engine.PackedKernels;
import dev.afina.internal.engine.PackedLayer;
import dev.afina.internal.engine.PackedLinear;
import dev.afina.internal.engine.PackedNetwork;
import dev.afina.internal.engine.PackedStack;
import dev.afina.internal.engine.PlainLayer;
import dev.afina.internal.engine.PlainLayer.Weights;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.layers.ParameterSpec.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The form for prediction: copies of the encoder's linear layers in the layout of the kernels;
 * other operations use kernels where there are any. Owns the copies until closed.
 */
public final class PackedForm implements Form, AutoCloseable {
  private final Form plain;
  private final PackedKernels kernels;
  private final List<Runnable> owned = new ArrayList<>();
  private boolean hasNetwork;

  /**
   * @param plain supplies the parameters, which are copied when a layer is made
   */
  public PackedForm(Form plain, PackedKernels kernels) {
    this.plain = plain;
    this.kernels = kernels;
  }

  /** The format of the packed layers. */
  public PackedFormat format() {
    return kernels.format();
  }

  @Override
  public NDArray array(String key) {
    return plain.array(key);
  }

  @Override
  public NDArray constant(String name, Function<NDManager, NDArray> maker) {
    return plain.constant(name, maker);
  }

  /**
   * Packs a copy of the layer.
   *
   * @throws IllegalStateException if the kernels compute it wrongly on this machine
   */
  @Override
  public Linear linear(LinearSpec spec) {
    return spec.part() == Part.ENCODER
        ? new Packed(spec, pack(spec.activation(), spec))
        : plain.linear(spec);
  }

  @Override
  public Linear unpacked(LinearSpec spec) {
    return plain.linear(spec);
  }

  @Override
  public <T> Optional<T> kept(Function<NDManager, T> maker) {
    NDManager manager = PyTorch.newManager();
    owned.add(() -> NativeUse.free(manager::close));
    try (Autograd.Mode off = Autograd.off()) {
      return Optional.of(maker.apply(manager));
    }
  }

  @Override
  public Linear gated(LinearSpec spec) {
    PackedLinear both = pack(Activation.LINEAR, spec);
    return x -> both.gated(x, spec.activation().packed());
  }

  /** The query is packed separately from key and value if it may be needed for some tokens only. */
  @Override
  public Projection projection(Rows rows, LinearSpec all) {
    int hidden = all.out() / 3;
    return rows == Rows.ALL
        ? new PackedProjection(hidden, List.of(), pack(Activation.LINEAR, all), null)
        : new PackedProjection(hidden, List.of(), part(all, hidden), keyValue(all, hidden));
  }

  /** Packed in the order of the others: all queries, all keys, all values. */
  @Override
  public Projection projection(Rows rows, ByHeads all) {
    int hidden = all.hidden();
    try (NDManager scope = PyTorch.newManager()) {
      NDArray byHeads = array(all.all().weight()).reshape(all.heads(), 3, -1, hidden);
      byHeads.attach(scope);
      NDArray byKind = byHeads.swapAxes(0, 1); // (3, N, D, H), in scope
      NDArray weight = byKind.reshape(3L * hidden, hidden);
      NDArray none = scope.zeros(new Shape(hidden));
      NDArray bias =
          together(new NDList(array(all.queryBias()), none, array(all.valueBias())), scope);
      return rows == Rows.ALL
          ? new PackedProjection(hidden, List.of(), part(weight, bias, 0, 3 * hidden), null)
          : new PackedProjection(
              hidden, List.of(), part(weight, bias, 0, hidden), keyValue(weight, bias, hidden));
    }
  }

  @Override
  public Projection projection(Rows rows, LinearSpec query, LinearSpec key, LinearSpec value) {
    int hidden = query.out();
    List<LinearSpec> specs = List.of(query, key, value);
    return rows == Rows.ALL
        ? new PackedProjection(hidden, specs, pack(Activation.LINEAR, query, key, value), null)
        : new PackedProjection(
            hidden,
            specs,
            pack(Activation.LINEAR, query),
            with((weight, bias) -> own(kernels.packKeyValue(weight, bias)), key, value));
  }

  @Override
  public Optional<PackedStack> stack(List<PostNormLayer> layers) {
    if (layers.stream().anyMatch(PostNormLayer::findsItsPositions)) {
      return Optional.empty(); // they are computed between the projections and the attention
    }
    PackedStack stack =
        new PackedStack(
            layers.get(0).hidden(),
            layers.stream().map(PackedForm::parts).toList(),
            layers.get(0).output().norm().epsilon());
    owned.add(stack::close);
    return Optional.of(stack);
  }

  @Override
  public Optional<PackedNetwork> network(
      Embeddings embeddings, PostNormStack layers, FirstTokenHead head) {
    Optional<PackedNetwork.Tables> tables = embeddings.packed();
    Optional<PackedStack> stack = layers.packed();
    Optional<PackedNetwork.Head> last = head.packed();
    if (tables.isEmpty() || stack.isEmpty() || last.isEmpty()) {
      return Optional.empty();
    }
    PackedNetwork network = new PackedNetwork(tables.get(), stack.get(), last.get(), plain(layers));
    owned.add(network::close);
    hasNetwork = true;
    return Optional.of(network);
  }

  /**
   * Whether the kernels that compute logits with the layers made so far are correct on this
   * machine.
   */
  public boolean isRight() {
    return hasNetwork ? kernels.isNetworkRight() : kernels.arePartsRight();
  }

  /** Whether the kernels that compute hidden states, part by part, are correct on this machine. */
  public boolean arePartsRight() {
    return kernels.arePartsRight();
  }

  /** The layers' weights in their own arrays; empty if they are not there as such. */
  private List<PlainLayer> plain(PostNormStack layers) {
    List<PlainLayer> plain = new ArrayList<>();
    for (PostNormLayer layer : layers.layers()) {
      List<LinearSpec> specs =
          new ArrayList<>(((PackedProjection) layer.attention().projection()).specs());
      if (specs.isEmpty()) {
        return List.of();
      }
      specs.add(((Packed) layer.attentionOutput().linear()).spec);
      specs.add(((Packed) layer.intermediate()).spec);
      specs.add(((Packed) layer.output().linear()).spec);
      if (!specs.stream().allMatch(LinearSpec::hasBias)) {
        return List.of();
      }
      List<Weights> weights =
          specs.stream().map(s -> new Weights(array(s.weight()), array(s.bias()))).toList();
      plain.add(
          new PlainLayer(
              weights.get(0),
              weights.get(1),
              weights.get(2),
              weights.get(3),
              weights(layer.attentionOutput().norm()),
              weights.get(4),
              specs.get(4).activation().packed(),
              weights.get(5),
              weights(layer.output().norm()),
              layer.output().norm().epsilon()));
    }
    return plain;
  }

  private static Weights weights(Norm norm) {
    return new Weights(norm.weight(), norm.bias());
  }

  private static PackedLayer parts(PostNormLayer layer) {
    Norm attentionNorm = layer.attentionOutput().norm();
    Norm outputNorm = layer.output().norm();
    return new PackedLayer(
        ((PackedProjection) layer.attention().projection()).layers(),
        ((Packed) layer.attentionOutput().linear()).layer,
        ((Packed) layer.intermediate()).layer,
        ((Packed) layer.output().linear()).layer,
        List.of(
            attentionNorm.weight(), attentionNorm.bias(), outputNorm.weight(), outputNorm.bias()));
  }

  @Override
  public Optional<PackedKernels> kernels() {
    return Optional.of(kernels);
  }

  /** Packs the first outputs of a layer. */
  private PackedLinear part(LinearSpec spec, int to) {
    return with((weight, bias) -> part(weight, bias, 0, to), spec);
  }

  private PackedLinear part(NDArray weight, NDArray bias, int from, int to) {
    try (NDArray someWeights = weight.get(rows(from, to));
        NDArray someBiases = bias.get(rows(from, to))) {
      return own(kernels.pack(someWeights, someBiases, Activation.LINEAR.packed()));
    }
  }

  /** Packs the outputs after the first {@code hidden} ones of a layer: key and value. */
  private PackedLinear keyValue(LinearSpec all, int hidden) {
    return with((weight, bias) -> keyValue(weight, bias, hidden), all);
  }

  private PackedLinear keyValue(NDArray weight, NDArray bias, int hidden) {
    try (NDArray both = weight.get(rows(hidden, 3 * hidden));
        NDArray biases = bias.get(rows(hidden, 3 * hidden))) {
      return own(kernels.packKeyValue(both, biases));
    }
  }

  private static NDIndex rows(int from, int to) {
    return new NDIndex("{}:{}", from, to);
  }

  /** Packs several layers with the same input as one product, their outputs side by side. */
  private PackedLinear pack(Activation activation, LinearSpec... specs) {
    return with((weight, bias) -> own(kernels.pack(weight, bias, activation.packed())), specs);
  }

  /** Joins several layers with the same input, their outputs side by side. */
  private PackedLinear with(BiFunction<NDArray, NDArray, PackedLinear> maker, LinearSpec... specs) {
    try (NDManager scope = PyTorch.newManager()) {
      NDList weights = new NDList();
      NDList biases = new NDList();
      for (LinearSpec spec : specs) {
        weights.add(array(spec.weight()));
        biases.add(spec.hasBias() ? array(spec.bias()) : scope.zeros(new Shape(spec.out())));
      }
      return maker.apply(together(weights, scope), together(biases, scope));
    }
  }

  private PackedLinear own(PackedLinear packed) {
    owned.add(packed::close);
    return packed;
  }

  private static NDArray together(NDList arrays, NDManager scope) {
    if (arrays.size() == 1) {
      return arrays.get(0);
    }
    NDArray all = NDArrays.concat(arrays);
    all.attach(scope);
    return all;
  }

  @Override
  public void close() {
    owned.forEach(Runnable::run);
  }

  private record Packed(LinearSpec spec, PackedLinear layer) implements Linear {
    @Override
    public NDArray apply(NDArray x) {
      return layer.apply(x);
    }

    @Override
    public NDArray addNorm(NDArray x, NDArray residual, Norm norm) {
      return layer.addNorm(x, residual, norm.weight(), norm.bias(), norm.epsilon());
    }
  }
}
