package dev.afina.internal.checkpoint;

import dev.afina.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of an ONNX file under the names and in the form that they have in a checkpoint.
 *
 * <p>The exporter of PyTorch keeps the names of most parameters, with two exceptions that are
 * undone here. A linear layer becomes a MatMul with the transposed weight, which is stored as
 * {@code onnx::MatMul_787} or under a number: it is transposed back to [out, in], and its name is
 * that of the module, read from the node ({@code /encoder/layer.0/attention/self/query/MatMul}) or,
 * when nodes have no such names, from the bias that is added to the product. And of several equal
 * parameters one is stored, the others are Identity nodes: each gets its tensor.
 */
final class OnnxTensors implements TensorSource {
  private final OnnxGraph graph;
  private final Map<String, Stored> stored = new HashMap<>();
  private final SortedMap<String, TensorInfo> tensors = new TreeMap<>();
  private boolean closed;

  private OnnxTensors(OnnxGraph graph) {
    this.graph = graph;
  }

  private record Stored(OnnxGraph.Tensor tensor, boolean transposed) {}

  /**
   * Names the tensors of a graph.
   *
   * @throws CheckpointException when a linear weight has no module path, so that it cannot be told
   *     what it belongs to
   */
  static OnnxTensors of(OnnxGraph graph) throws CheckpointException {
    OnnxTensors source = new OnnxTensors(graph);
    source.name();
    return source;
  }

  private void name() throws CheckpointException {
    Map<String, OnnxGraph.Tensor> values = new HashMap<>(graph.initializers());
    for (OnnxGraph.Node node : graph.nodes()) {
      if (node.operation().equals("Identity")
          && node.inputs().size() == 1
          && node.outputs().size() == 1) {
        OnnxGraph.Tensor same = values.get(node.inputs().get(0));
        if (same != null) {
          values.putIfAbsent(node.outputs().get(0), same);
        }
      }
    }
    Map<String, String> biasOf = biases(values);
    Set<String> linear = new HashSet<>();
    for (OnnxGraph.Node node : graph.nodes()) {
      OnnxGraph.Tensor weight = transposedWeight(node, values);
      if (weight != null) {
        linear.add(node.inputs().get(1));
        put(key(node, biasOf), new Stored(weight, true));
      }
    }
    for (Map.Entry<String, OnnxGraph.Tensor> value : values.entrySet()) {
      if (!linear.contains(value.getKey())) {
        put(value.getKey(), new Stored(value.getValue(), false));
      }
    }
  }

  /**
   * Returns the matrix [in, out] that a node multiplies by, or null when it is another kind of
   * node.
   */
  private static OnnxGraph.@Nullable Tensor transposedWeight(
      OnnxGraph.Node node, Map<String, OnnxGraph.Tensor> values) {
    // A Gemm with transB has its weight as [out, in] already.
    boolean product =
        node.operation().equals("MatMul")
            || (node.operation().equals("Gemm") && node.integers().getOrDefault("transB", 0L) == 0);
    if (!product || node.inputs().size() < 2) {
      return null;
    }
    OnnxGraph.Tensor weight = values.get(node.inputs().get(1));
    return weight != null && weight.info().shape().size() == 2 ? weight : null;
  }

  /**
   * Returns for each output of a MatMul the bias that is added to it, if a stored tensor named so
   * is.
   */
  private Map<String, String> biases(Map<String, OnnxGraph.Tensor> values) {
    Map<String, String> biasOf = new HashMap<>();
    for (OnnxGraph.Node node : graph.nodes()) {
      if (node.operation().equals("Add") && node.inputs().size() == 2) {
        for (int i = 0; i < 2; i++) {
          String bias = node.inputs().get(i);
          if (bias.endsWith(".bias") && values.containsKey(bias)) {
            biasOf.put(node.inputs().get(1 - i), bias);
          }
        }
      }
    }
    return biasOf;
  }

  private String key(OnnxGraph.Node node, Map<String, String> biasOf) throws CheckpointException {
    String suffix = "/" + node.operation();
    if (node.name().startsWith("/")
        && node.name().endsWith(suffix)
        && node.name().length() > suffix.length()) {
      return node.name().substring(1, node.name().length() - suffix.length()).replace('/', '.')
          + ".weight";
    }
    Optional<String> bias =
        node.outputs().stream().map(biasOf::get).filter(name -> name != null).findFirst();
    if (bias.isPresent()) {
      return bias.get().substring(0, bias.get().length() - "bias".length()) + "weight";
    }
    throw new CheckpointException(
        graph.where()
            + ": tensor \""
            + node.inputs().get(1)
            + "\": the weight of node \""
            + node.name()
            + "\", which names no module (expected a name such as \"/encoder/layer.0/output/dense/MatMul\"); export the model with torch.onnx.export");
  }

  private void put(String key, Stored value) throws CheckpointException {
    Stored before = stored.put(key, value);
    if (before != null && !before.tensor().info().name().equals(value.tensor().info().name())) {
      throw new CheckpointException(
          graph.where()
              + ": tensor \""
              + key
              + "\": two tensors lead to this name, \""
              + before.tensor().info().name()
              + "\" and \""
              + value.tensor().info().name()
              + "\"");
    }
    TensorInfo info = value.tensor().info();
    List<Long> shape = info.shape();
    tensors.put(
        key,
        new TensorInfo(
            key, info.dtype(), value.transposed() ? List.of(shape.get(1), shape.get(0)) : shape));
  }

  @Override
  public String description() {
    return graph.where();
  }

  @Override
  public SortedMap<String, TensorInfo> tensors() {
    return Collections.unmodifiableSortedMap(tensors);
  }

  @Override
  public ByteBuffer floats(String name) throws IOException {
    Stored value = readable(name);
    TensorInfo info = value.tensor().info();
    ByteBuffer floats = value.tensor().floats();
    return value.transposed()
        ? Floats.transpose(floats, info.shape().get(0).intValue(), info.shape().get(1).intValue())
        : floats;
  }

  @Override
  public void read(String name, ByteBuffer target) throws IOException {
    Stored value = readable(name);
    TensorInfo info = value.tensor().info();
    TensorSource.requireSize(name, info.elements() * Float.BYTES, target);
    if (!value.transposed()) {
      Floats.copy(value.tensor().elements(), info.dtype(), target);
      return;
    }
    ByteBuffer floats =
        info.dtype() == DType.F32 ? value.tensor().elements() : value.tensor().floats();
    Floats.transpose(
        floats, info.shape().get(0).intValue(), info.shape().get(1).intValue(), target);
  }

  private Stored readable(String name) throws CheckpointException {
    if (closed) {
      throw new IllegalStateException("the tensors of " + graph.where() + " are closed");
    }
    Stored value = stored.get(name);
    if (value == null) {
      throw new IllegalArgumentException(graph.where() + ": no tensor \"" + name + "\"");
    }
    Floats.requireReadable(value.tensor().info(), graph.where());
    return value;
  }

  @Override
  public void close() {
    closed = true;
  }
}
