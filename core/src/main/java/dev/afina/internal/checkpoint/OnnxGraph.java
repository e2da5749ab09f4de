package dev.afina.internal.checkpoint;

import dev.afina.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an ONNX file that a checkpoint needs: the nodes in the order of computation and the
 * constant tensors. Field numbers are those of <a
 * href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>.
 *
 * @param where the file, for messages
 * @param nodes all nodes of the main graph
 * @param initializers the stored tensors by name, in the order of the file
 */
record OnnxGraph(String where, List<Node> nodes, Map<String, Tensor> initializers) {
  private static final int EXTERNAL = 1;

  OnnxGraph {
    nodes = List.copyOf(nodes);
    initializers = Collections.unmodifiableMap(new LinkedHashMap<>(initializers));
  }

  /**
   * One operation.
   *
   * @param name often the path of the module that it came from, as {@code
   *     /encoder/layer.0/output/dense/MatMul}; may be empty
   * @param value the tensor that a Constant node stands for, not looked into yet
   * @param integers attributes that are one integer
   * @param floats attributes that are one float
   */
  record Node(
      String name,
      String operation,
      List<String> inputs,
      List<String> outputs,
      Optional<ByteBuffer> value,
      Map<String, Long> integers,
      Map<String, Float> floats) {
    Node {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
      integers = Map.copyOf(integers);
      floats = Map.copyOf(floats);
    }
  }

  /**
   * A stored tensor, a view of the file.
   *
   * @param elements exactly as many bytes as type and shape need
   */
  record Tensor(TensorInfo info, ByteBuffer elements) {
    Tensor {
      elements = elements.slice().asReadOnlyBuffer();
    }

    /** Returns the elements as a little-endian view with its own position. */
    @Override
    public ByteBuffer elements() {
      return elements.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns a copy as float32. */
    ByteBuffer floats() {
      return Floats.copy(elements, info.dtype());
    }

    /** Returns the integers of an I64 tensor, as shapes are stored. */
    List<Long> longs() {
      List<Long> values = new ArrayList<>();
      ByteBuffer in = elements();
      while (in.remaining() >= Long.BYTES) {
        values.add(in.getLong());
      }
      return values;
    }
  }

  /**
   * Reads a file.
   *
   * @param file the whole ModelProto, from position to limit
   * @param where the file, for messages
   * @throws CheckpointException when it is malformed, has no graph, or a tensor in it is not stored
   *     plainly
   */
  static OnnxGraph parse(ByteBuffer file, String where) throws CheckpointException {
    List<Node> nodes = new ArrayList<>();
    Map<String, Tensor> initializers = new LinkedHashMap<>();
    boolean found = false;
    ProtoReader model = ProtoReader.of(file, where);
    while (model.next()) {
      if (model.field() != 7) { // ModelProto.graph
        model.skip();
        continue;
      }
      found = true;
      ProtoReader graph = model.message();
      while (graph.next()) {
        switch (graph.field()) {
          case 1 -> nodes.add(node(graph.message()));
          case 5 -> {
            Tensor tensor = tensor(graph.message(), where);
            if (initializers.put(tensor.info().name(), tensor) != null) {
              throw new CheckpointException(
                  where
                      + ": tensor \""
                      + tensor.info().name()
                      + "\": twice among the initializers");
            }
          }
          default -> graph.skip();
        }
      }
    }
    if (!found) {
      throw new CheckpointException(where + ": no graph in it; not an ONNX file, or cut short");
    }
    return new OnnxGraph(where, nodes, initializers);
  }

  /**
   * Returns the tensor that a Constant node stands for. It is read only now because constants may
   * have forms that we do not read, and need not.
   *
   * @return the tensor, or null when the node is of another kind
   * @throws CheckpointException when the tensor is malformed or of a type that is not supported
   */
  @Nullable Tensor constant(Node node) throws CheckpointException {
    return node.operation().equals("Constant") && node.value().isPresent()
        ? tensor(ProtoReader.of(node.value().get(), where), where)
        : null;
  }

  private static Node node(ProtoReader in) throws CheckpointException {
    String name = "";
    String operation = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    ByteBuffer value = null;
    Map<String, Long> integers = new HashMap<>();
    Map<String, Float> floats = new HashMap<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> inputs.add(in.string());
        case 2 -> outputs.add(in.string());
        case 3 -> name = in.string();
        case 4 -> operation = in.string();
        case 5 -> {
          Attribute attribute = attribute(in.message());
          if (attribute.integer != null) {
            integers.put(attribute.name, attribute.integer);
          }
          if (attribute.number != null) {
            floats.put(attribute.name, attribute.number);
          }
          if (attribute.tensor != null && attribute.name.equals("value")) {
            value = attribute.tensor;
          }
        }
        default -> in.skip();
      }
    }
    return new Node(name, operation, inputs, outputs, Optional.ofNullable(value), integers, floats);
  }

  private static Attribute attribute(ProtoReader in) throws CheckpointException {
    String name = "";
    Float number = null;
    Long integer = null;
    ByteBuffer tensor = null;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.string();
        case 2 -> number = in.fixed32();
        case 3 -> integer = in.varint();
        case 5 -> tensor = in.bytes();
        default -> in.skip();
      }
    }
    return new Attribute(name, number, integer, tensor);
  }

  private static Tensor tensor(ProtoReader in, String where) throws CheckpointException {
    List<Long> dimensions = new ArrayList<>();
    long type = 0;
    String name = "";
    ByteBuffer raw = null;
    ByteBuffer typed = null;
    List<Long> integers = new ArrayList<>();
    boolean external = false;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> dimensions.addAll(in.varints());
        case 2 -> type = in.varint();
        case 4, 10 ->
            typed =
                once(
                    typed, in,
                    where); // float_data, double_data: packed, so the same bytes as raw_data
        case 7 -> integers.addAll(in.varints()); // int64_data
        case 8 -> name = in.string();
        case 9 -> raw = once(raw, in, where);
        case 14 -> external |= in.varint() == EXTERNAL;
        default -> in.skip();
      }
    }
    if (external) {
      throw problem(
          where,
          name,
          "its elements are in another file, expected one ONNX file that holds them (save without external data)");
    }
    TensorInfo info;
    try {
      info = new TensorInfo(name, dtype(type, where, name), dimensions);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(where + ": tensor \"" + name + "\": " + e.getMessage(), e);
    }
    ByteBuffer elements = elements(info, raw, typed, integers);
    if (elements.remaining() != info.byteCount()) {
      throw problem(
          where,
          name,
          elements.remaining()
              + " bytes stored, but shape "
              + info.shape()
              + " of "
              + info.dtype()
              + " needs "
              + info.byteCount());
    }
    return new Tensor(info, elements);
  }

  private static ByteBuffer elements(
      TensorInfo info, @Nullable ByteBuffer raw, @Nullable ByteBuffer typed, List<Long> integers) {
    if (raw != null) {
      return raw;
    }
    if (typed != null && (info.dtype() == DType.F32 || info.dtype() == DType.F64)) {
      return typed;
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(info.dtype() == DType.I64 ? integers.size() * Long.BYTES : 0)
            .order(ByteOrder.LITTLE_ENDIAN);
    if (info.dtype() == DType.I64) {
      integers.forEach(bytes::putLong);
    }
    return bytes.flip();
  }

  private static ByteBuffer once(@Nullable ByteBuffer before, ProtoReader in, String where)
      throws CheckpointException {
    ByteBuffer bytes = in.bytes();
    if (before != null) {
      throw new CheckpointException(where + ": a tensor holds its elements twice");
    }
    return bytes;
  }

  /** The numbers of TensorProto.DataType. */
  private static DType dtype(long type, String where, String name) throws CheckpointException {
    return switch (type >= 0 && type <= 16 ? (int) type : 0) {
      case 1 -> DType.F32;
      case 2 -> DType.U8;
      case 3 -> DType.I8;
      case 5 -> DType.I16;
      case 6 -> DType.I32;
      case 7 -> DType.I64;
      case 9 -> DType.BOOL;
      case 10 -> DType.F16;
      case 11 -> DType.F64;
      case 16 -> DType.BF16;
      default ->
          throw problem(
              where,
              name,
              "ONNX element type "
                  + type
                  + " is not supported; expected a float, integer or boolean type");
    };
  }

  private static CheckpointException problem(String where, String name, String what) {
    return new CheckpointException(where + ": tensor \"" + name + "\": " + what);
  }

  private record Attribute(
      String name, @Nullable Float number, @Nullable Long integer, @Nullable ByteBuffer tensor) {}
}
