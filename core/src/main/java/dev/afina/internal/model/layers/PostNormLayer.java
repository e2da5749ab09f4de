package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.internal.engine.PackedLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;

/**
 * The encoder layer of BERT and its kin: attention, then a feed-forward network, each added to its
 * input and normalised after the addition.
 */
public final class PostNormLayer {
  private final Rows rows;
  private final SelfAttention attention;
  private final PostNorm attentionOutput;
  private final Linear intermediate;
  private final PostNorm output;
  private final Optional<PackedLayer> fused;

  /** The keys of the parts, relative to the layer. */
  public record Keys(
      String query,
      String key,
      String value,
      String attentionOutput,
      String attentionNorm,
      String intermediate,
      String output,
      String outputNorm) {}

  /**
   * Sizes and rates.
   *
   * @param hidden H
   * @param feedForward F
   * @param activation of the feed-forward network
   * @param attentionDropout the rate after the attention's output; empty where nothing is dropped
   *     there, whatever the rates
   * @param outputDropout the rate after the feed-forward network, or empty as above
   * @param epsilon of the LayerNorms
   */
  public record Options(
      int hidden,
      int feedForward,
      Attention.Options attention,
      Activation activation,
      OptionalDouble attentionDropout,
      OptionalDouble outputDropout,
      double epsilon) {}

  /**
   * Makes the layer.
   *
   * @param layer the view of its keys
   * @param rows which tokens it computes
   */
  public PostNormLayer(Binder layer, Keys keys, Options options, Rows rows) {
    this(layer, keys, options, rows, Optional.empty());
  }

  /**
   * Makes a layer that finds its positions itself.
   *
   * @param layer the view of its keys
   * @param rows which tokens it computes
   */
  public PostNormLayer(
      Binder layer, Keys keys, Options options, Rows rows, RelativePositions positions) {
    this(layer, keys, options, rows, Optional.of(positions));
  }

  private PostNormLayer(
      Binder layer, Keys keys, Options options, Rows rows, Optional<RelativePositions> positions) {
    int hidden = options.hidden;
    this.rows = rows;
    SelfAttention plain = attention(layer, keys, options, rows);
    this.attention = positions.map(plain::with).orElse(plain);
    this.attentionOutput =
        new PostNorm(
            layer.linear(keys.attentionOutput, hidden, hidden),
            options.attentionDropout,
            layer.norm(keys.attentionNorm, hidden, options.epsilon));
    this.intermediate =
        layer.linear(
            LinearSpec.of(keys.intermediate, hidden, options.feedForward).then(options.activation));
    this.output =
        new PostNorm(
            layer.linear(keys.output, options.feedForward, hidden),
            options.outputDropout,
            layer.norm(keys.outputNorm, hidden, options.epsilon));
    this.fused =
        positions.isPresent()
            ? Optional.empty() // they are computed between the projections and the attention
            : layer.layer(hidden, attention, attentionOutput, intermediate, output);
  }

  private PostNormLayer(
      PostNormLayer same, Binder layer, int hidden, SelfAttention attention, Rows rows) {
    this.rows = rows;
    this.attention = attention;
    this.attentionOutput = same.attentionOutput;
    this.intermediate = same.intermediate;
    this.output = same.output;
    this.fused = layer.layer(hidden, attention, attentionOutput, intermediate, output);
  }

  /**
   * This layer for other tokens, without positions of its own, for models that use a layer's
   * weights more than once: all but the projections of queries, keys and values is the same object.
   * The arguments but {@code rows} are those that this layer was made with.
   */
  public PostNormLayer withRows(Binder layer, Keys keys, Options options, Rows rows) {
    return new PostNormLayer(
        this, layer, options.hidden, attention(layer, keys, options, rows), rows);
  }

  private static SelfAttention attention(Binder layer, Keys keys, Options options, Rows rows) {
    return layer.selfAttention(
        rows,
        options.attention,
        LinearSpec.of(keys.query, options.hidden, options.hidden),
        LinearSpec.of(keys.key, options.hidden, options.hidden),
        LinearSpec.of(keys.value, options.hidden, options.hidden));
  }

  /**
   * The layers "0" to {@code count} − 1, of which the last one computes the first token of each
   * text only.
   *
   * @param layers the view that holds them
   */
  public static List<PostNormLayer> stack(Binder layers, int count, Keys keys, Options options) {
    List<PostNormLayer> stack = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      stack.add(
          new PostNormLayer(layers.at(Integer.toString(i)), keys, options, Rows.of(i, count)));
    }
    return stack;
  }

  /**
   * Runs layers one after the other.
   *
   * @param x (T, H); used up
   * @return (R, H) of the last layer, in x's manager
   */
  public static NDArray run(
      List<PostNormLayer> layers,
      NDArray x,
      PackedBatch batch,
      Positions positions,
      Dropout dropouts) {
    NDArray y = x;
    for (PostNormLayer layer : layers) {
      y = scoped(y, in -> layer.apply(in, batch, positions, dropouts));
    }
    return y;
  }

  /**
   * The layer's result.
   *
   * @param x (T, H)
   * @return (R, H), in x's manager
   */
  public NDArray apply(NDArray x, PackedBatch batch, Positions positions, Dropout dropouts) {
    NDArray input = rows.of(x, batch); // (R, H)
    return fused
        .map(layer -> layer.apply(input, x, attention.call(batch, positions)))
        .orElseGet(() -> partByPart(input, x, batch, positions, dropouts));
  }

  private NDArray partByPart(
      NDArray input, NDArray x, PackedBatch batch, Positions positions, Dropout dropouts) {
    NDArray context = attention.apply(input, x, batch, positions, dropouts); // (R, H)
    NDArray attended = attentionOutput.apply(context, input, dropouts); // (R, H)
    return output.apply(intermediate.apply(attended), attended, dropouts); // (R, H)
  }

  /**
   * Frees what a layer computes on its way, at its end; autograd keeps what it needs.
   *
   * @param x used up
   * @return the layer's result, in x's manager
   */
  public static NDArray scoped(NDArray x, UnaryOperator<NDArray> layer) {
    NDManager outer = x.getManager();
    try (NDManager inner = outer.newSubManager()) {
      x.attach(inner);
      NDArray y = layer.apply(x);
      y.attach(outer);
      return y;
    }
  }
}
