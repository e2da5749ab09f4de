package dev.afina.internal.model.bert;

import dev.afina.CheckpointException;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.model.layers.Activation;
import dev.afina.internal.model.layers.Attention;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.PostNormLayer;
import dev.afina.internal.model.layers.PostNormStack;
import java.util.OptionalDouble;

/**
 * What config.json says about a BERT, or about one of its descendants that kept the names. Defaults
 * are those of transformers' {@code BertConfig}; sizes have none.
 *
 * @param paddingId the id of the padding token, -1 or {@link #NO_PADDING}
 * @param classifierDropout before the output layer; where the file is silent or says null, the
 *     hidden rate
 */
public record BertConfig(
    int vocabularySize,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    int maxPositions,
    int tokenTypes,
    int paddingId,
    Activation activation,
    double hiddenDropout,
    double attentionDropout,
    double classifierDropout,
    double layerNormEpsilon,
    double initializerRange) {

  private static final PostNormLayer.Keys KEYS =
      new PostNormLayer.Keys(
          "attention.self.query",
          "attention.self.key",
          "attention.self.value",
          "attention.output.dense",
          "attention.output.LayerNorm",
          "intermediate.dense",
          "output.dense",
          "output.LayerNorm");

  /** Of a file that says null for the padding token. */
  public static final int NO_PADDING = -2;

  /**
   * Reads the configuration.
   *
   * @throws CheckpointException naming the key that is missing, out of range or not supported
   */
  public static BertConfig read(ConfigJson config) throws CheckpointException {
    return read(config, 0);
  }

  /**
   * Reads the configuration of a descendant.
   *
   * @param defaultPaddingId where the file is silent; transformers' default differs by family
   * @throws CheckpointException as {@link #read(ConfigJson)}
   */
  public static BertConfig read(ConfigJson config, int defaultPaddingId)
      throws CheckpointException {
    int hiddenSize = config.count("hidden_size");
    int vocabularySize = config.count("vocab_size");
    double hiddenDropout = config.rate("hidden_dropout_prob", 0.1);
    return new BertConfig(
        vocabularySize,
        hiddenSize,
        config.layers("num_hidden_layers"),
        config.heads("num_attention_heads", hiddenSize),
        config.count("intermediate_size"),
        config.count("max_position_embeddings"),
        config.count("type_vocab_size", 2),
        config.isNull("pad_token_id")
            ? NO_PADDING
            : config.token("pad_token_id", defaultPaddingId, vocabularySize),
        config.activation("hidden_act"),
        hiddenDropout,
        config.rate("attention_probs_dropout_prob", 0.1),
        config.isNull("classifier_dropout")
            ? hiddenDropout
            : config.rate("classifier_dropout", hiddenDropout),
        config.small("layer_norm_eps", 1e-12),
        config.deviation("initializer_range", 0.02));
  }

  /**
   * The encoder's layers, with the keys that BERT's descendants kept.
   *
   * @param encoder the view of the layers "0", "1", …
   */
  public PostNormStack layers(Binder encoder) {
    return layers(encoder, KEYS);
  }

  /** The same with keys of other names. */
  public PostNormStack layers(Binder encoder, PostNormLayer.Keys keys) {
    return PostNormStack.of(encoder, layers, keys, layerOptions());
  }

  /**
   * The longest text where positions are counted from {@code padding} + 1, so that 514 of them
   * serve 512 tokens: those up to the padding id are never used.
   *
   * @param json names the file
   * @throws CheckpointException where no position is left
   */
  public int tokensAfter(int padding, ConfigJson json) throws CheckpointException {
    int tokens = maxPositions - padding - 1;
    if (tokens < 1) {
      throw new CheckpointException(
          json.where()
              + ": max_position_embeddings "
              + maxPositions
              + " leaves no position after pad_token_id "
              + padding);
    }
    return tokens;
  }

  private PostNormLayer.Options layerOptions() {
    return new PostNormLayer.Options(
        hiddenSize,
        intermediateSize,
        Attention.Options.of(hiddenSize, heads, attentionDropout),
        activation,
        OptionalDouble.of(hiddenDropout),
        OptionalDouble.of(hiddenDropout),
        layerNormEpsilon);
  }
}
