package dev.afina.internal.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.afina.CheckpointException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Works out the config.json of a BERT encoder that came as an ONNX file alone.
 *
 * <p>Sizes are read from shapes, the number of heads from the shape that the attention reshapes to,
 * epsilon from what is added to the variance, the activation from the operations. Only what no
 * graph tells is taken from BERT's defaults: the dropout rates, the range of new weights, the
 * padding id. Whatever should be readable and is not, is an error: a wrong number of heads would
 * compute nonsense without a word.
 */
final class OnnxBertConfig {
  private static final String WORDS = "embeddings.word_embeddings.weight";

  /** A dimension that Reshape works out. */
  private static final long OPEN = -1;

  /** A dimension that is only known when the graph runs. */
  private static final long UNKNOWN = Long.MIN_VALUE;

  private final OnnxGraph graph;
  private final TensorSource source;
  private final Map<String, OnnxGraph.Node> producers = new HashMap<>();
  private final Set<String> operations;

  private OnnxBertConfig(OnnxGraph graph, TensorSource source) {
    this.graph = graph;
    this.source = source;
    for (OnnxGraph.Node node : graph.nodes()) {
      for (String output : node.outputs()) {
        producers.put(output, node);
      }
    }
    operations = graph.nodes().stream().map(OnnxGraph.Node::operation).collect(Collectors.toSet());
  }

  /**
   * Derives the configuration.
   *
   * @param graph the graph
   * @param source its tensors under their checkpoint names
   * @throws CheckpointException when the graph is no BERT encoder, or one of the values cannot be
   *     read from it
   */
  static JsonObject derive(OnnxGraph graph, TensorSource source) throws CheckpointException {
    return new OnnxBertConfig(graph, source).derive();
  }

  private JsonObject derive() throws CheckpointException {
    List<String> words =
        source.tensors().keySet().stream()
            .filter(name -> name.equals(WORDS) || name.endsWith("." + WORDS))
            .toList();
    if (words.size() != 1) {
      throw problem(words.isEmpty() ? "no tensor \"" + WORDS + "\"" : "several encoders: " + words);
    }
    if (operations.contains(
        "CumSum")) { // positions counted from the padding: the same names, another model
      throw problem("its positions are counted as in RoBERTa");
    }
    String prefix = words.get(0).substring(0, words.get(0).length() - WORDS.length());
    long hidden = dimension(words.get(0), 1);
    String layer = prefix + "encoder.layer.";
    int layers = 0;
    while (source.tensors().containsKey(layer + layers + ".attention.self.query.weight")) {
      layers++;
    }
    if (layers == 0 || dimension(layer + "0.attention.self.query.weight", 1) != hidden) {
      throw problem(
          "no tensor \"" + layer + "0.attention.self.query.weight\" with " + hidden + " columns");
    }
    JsonArray architectures = new JsonArray();
    architectures.add("BertModel");
    JsonObject config = new JsonObject();
    config.add("architectures", architectures);
    config.addProperty("model_type", "bert");
    config.addProperty("vocab_size", dimension(words.get(0), 0));
    config.addProperty("hidden_size", hidden);
    config.addProperty("num_hidden_layers", layers);
    config.addProperty("num_attention_heads", heads(hidden));
    config.addProperty("intermediate_size", dimension(layer + "0.intermediate.dense.weight", 0));
    config.addProperty("hidden_act", activation());
    config.addProperty(
        "max_position_embeddings", dimension(prefix + "embeddings.position_embeddings.weight", 0));
    config.addProperty(
        "type_vocab_size", dimension(prefix + "embeddings.token_type_embeddings.weight", 0));
    config.addProperty("layer_norm_eps", epsilon());
    config.addProperty("hidden_dropout_prob", 0.1);
    config.addProperty("attention_probs_dropout_prob", 0.1);
    config.addProperty("initializer_range", 0.02);
    config.addProperty("pad_token_id", 0);
    return config;
  }

  private long dimension(String tensor, int axis) throws CheckpointException {
    TensorInfo info = source.tensors().get(tensor);
    if (info == null || info.shape().size() != 2) {
      throw problem("no matrix \"" + tensor + "\"");
    }
    return info.shape().get(axis);
  }

  /**
   * Queries, keys and values are reshaped to (batch, tokens, heads, H / heads); one of the last two
   * may be left open as -1.
   */
  private long heads(long hidden) throws CheckpointException {
    Set<Long> heads = new TreeSet<>();
    for (OnnxGraph.Node node : graph.nodes()) {
      if (node.operation().equals("Reshape") && node.inputs().size() == 2) {
        List<Long> shape = integers(node.inputs().get(1));
        if (shape.size() == 4) {
          long n = shape.get(2);
          long d = shape.get(3);
          if (n > 0 && d > 0 && hidden % n == 0 && hidden / n == d) {
            heads.add(n);
          } else if (n > 0 && d == OPEN && hidden % n == 0) {
            heads.add(n);
          } else if (n == OPEN && d > 0 && hidden % d == 0) {
            heads.add(hidden / d);
          }
        }
      }
    }
    if (heads.size() != 1) {
      throw problem(
          "the number of attention heads "
              + (heads.isEmpty() ? "is in no Reshape" : "could be each of " + heads));
    }
    return heads.iterator().next();
  }

  /**
   * Returns the shape that a value holds: a constant, or pieces put together of which some are
   * constants.
   */
  private List<Long> integers(String value) throws CheckpointException {
    OnnxGraph.Tensor constant = constant(value);
    if (constant != null) {
      return constant.info().dtype() == DType.I64 ? constant.longs() : List.of();
    }
    OnnxGraph.Node producer = producers.get(value);
    List<Long> shape = new ArrayList<>();
    if (producer != null && producer.operation().equals("Concat")) {
      for (String input : producer.inputs()) {
        OnnxGraph.Tensor piece = constant(input);
        shape.addAll(
            piece != null && piece.info().dtype() == DType.I64 ? piece.longs() : List.of(UNKNOWN));
      }
    }
    return shape;
  }

  private OnnxGraph.@Nullable Tensor constant(String value) throws CheckpointException {
    OnnxGraph.Tensor initializer = graph.initializers().get(value);
    OnnxGraph.Node producer = producers.get(value);
    return initializer != null || producer == null ? initializer : graph.constant(producer);
  }

  /**
   * LayerNorm is one operation with the attribute, or ends in the square root of variance +
   * epsilon.
   */
  private double epsilon() throws CheckpointException {
    Set<Float> found = new TreeSet<>();
    for (OnnxGraph.Node node : graph.nodes()) {
      if (node.operation().equals("LayerNormalization")) {
        found.add(node.floats().getOrDefault("epsilon", 1e-5f)); // the operation's default
      }
      OnnxGraph.Node sum =
          node.operation().equals("Sqrt") && !node.inputs().isEmpty()
              ? producers.get(node.inputs().get(0))
              : null;
      if (sum != null && sum.operation().equals("Add")) {
        for (String input : sum.inputs()) {
          OnnxGraph.Tensor constant = constant(input);
          if (constant != null
              && constant.info().dtype() == DType.F32
              && constant.info().elements() == 1) {
            found.add(constant.elements().getFloat(0));
          }
        }
      }
    }
    if (found.size() != 1) {
      throw problem(
          "LayerNorm's epsilon "
              + (found.isEmpty() ? "is not in it" : "could be each of " + found));
    }
    // The shortest decimal number that is this float: 1e-12 and not 9.999999960041972e-13.
    return Double.parseDouble(found.iterator().next().toString());
  }

  private String activation() throws CheckpointException {
    if (operations.contains("Erf")) {
      return "gelu";
    }
    if (operations.contains("Relu")) {
      return "relu";
    }
    throw problem("the activation is neither gelu (Erf) nor relu (Relu)");
  }

  private CheckpointException problem(String what) {
    return new CheckpointException(
        graph.where()
            + ": no config.json beside it, and none can be derived: "
            + what
            + "; expected an encoder of the BERT family, or put its config.json beside it");
  }
}
