package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;

/**
 * The encoder layer of BERT and similar models: attention, then a feed-forward network, each added
 * to its input and normalized after the addition.
 */
public final class PostNormLayer {
  private final int hidden;
  private final SelfAttention attention;
  private final PostNorm attentionOutput;
  private final Linear intermediate;
  private final PostNorm output;

  /** The keys of the layer's parts, relative to the layer. */
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
   * @param attentionDropout the dropout rate after the attention's output layer; empty if the model
   *     has no dropout there, whatever rate the user sets
   * @param outputDropout the dropout rate after the feed-forward network; empty as above
   * @param epsilon that of the LayerNorms
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
   * Makes a layer.
   *
   * @param layer the binder of its keys
   * @param rows the fewest tokens that it is computed for
   */
  public PostNormLayer(Binder layer, Keys keys, Options options, Rows rows) {
    this(layer, keys, options, attention(layer, keys, options, rows));
  }

  /**
   * Makes a layer with the family's own attention. The keys of query, key and value are not used.
   *
   * @param layer the binder of its keys
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
   * The same layer with another number of rows, for models that use the weights of a layer several
   * times. Everything except the query, key and value projections is shared with this layer, whose
   * attention must not have relative positions. The other arguments are those that this layer was
   * made with.
   */
  public PostNormLayer withRows(Binder layer, Keys keys, Options options, Rows rows) {
    return new PostNormLayer(this, attention(layer, keys, options, rows));
  }

  /** Makes attention with separate query, key and value layers. */
  public static SelfAttention attention(Binder layer, Keys keys, Options options, Rows rows) {
    return layer.selfAttention(
        rows,
        options.attention,
        LinearSpec.of(keys.query, options.hidden, options.hidden),
        LinearSpec.of(keys.key, options.hidden, options.hidden),
        LinearSpec.of(keys.value, options.hidden, options.hidden));
  }

  /**
   * Applies the layer.
   *
   * @param x (T, H)
   * @param rows the tokens to compute it for
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
   * Applies a layer and frees its intermediate results. (Autograd keeps those it needs.)
   *
   * @param x freed as well
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

  /** The hidden size, H. */
  int hidden() {
    return hidden;
  }

  /** Whether its attention has relative positions that depend on queries and keys. */
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
