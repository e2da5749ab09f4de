package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;

/**
 * The encoder layer of BERT and its kin: attention, then a feed-forward network, each added to its
 * input and normalised after the addition.
 */
public final class PostNormLayer {
  private final int hidden;
  private final SelfAttention attention;
  private final PostNorm attentionOutput;
  private final Linear intermediate;
  private final PostNorm output;

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
   * @param rows the fewest tokens that it is asked for
   */
  public PostNormLayer(Binder layer, Keys keys, Options options, Rows rows) {
    this(layer, keys, options, attention(layer, keys, options, rows));
  }

  /**
   * Makes a layer with an attention of the family's own; the keys of queries, keys and values are
   * not used.
   *
   * @param layer the view of its keys
   */
  public PostNormLayer(Binder layer, Keys keys, Options options, SelfAttention attention) {
    this.hidden = options.hidden;
    this.attention = attention;
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
  }

  private PostNormLayer(PostNormLayer same, SelfAttention attention) {
    this.hidden = same.hidden;
    this.attention = attention;
    this.attentionOutput = same.attentionOutput;
    this.intermediate = same.intermediate;
    this.output = same.output;
  }

  /**
   * This layer where fewer tokens may be asked for, without positions of its own, for models that
   * use a layer's weights more than once: all but the projections of queries, keys and values is
   * the same object. The arguments but {@code rows} are those that this layer was made with.
   */
  public PostNormLayer withRows(Binder layer, Keys keys, Options options, Rows rows) {
    return new PostNormLayer(this, attention(layer, keys, options, rows));
  }

  /** Attention with a layer for each of queries, keys and values. */
  public static SelfAttention attention(Binder layer, Keys keys, Options options, Rows rows) {
    return layer.selfAttention(
        rows,
        options.attention,
        LinearSpec.of(keys.query, options.hidden, options.hidden),
        LinearSpec.of(keys.key, options.hidden, options.hidden),
        LinearSpec.of(keys.value, options.hidden, options.hidden));
  }

  /**
   * The layer's result.
   *
   * @param x (T, H)
   * @param rows which tokens are asked for
   * @return (R, H), in x's manager
   */
  public NDArray apply(
      NDArray x, PackedBatch batch, Rows rows, Positions positions, Dropout dropouts) {
    NDArray input = rows.of(x, batch); // (R, H)
    NDArray context = attention.apply(input, x, batch, rows, positions, dropouts); // (R, H)
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

  /** H. */
  int hidden() {
    return hidden;
  }

  /** Whether its attention has positions of its own, which depend on queries and keys. */
  boolean findsItsPositions() {
    return attention.findsItsPositions();
  }

  SelfAttention attention() {
    return attention;
  }

  PostNorm attentionOutput() {
    return attentionOutput;
  }

  Linear intermediate() {
    return intermediate;
  }

  PostNorm output() {
    return output;
  }
}
