package dev.afina.internal.model.albert;

import dev.afina.CheckpointException;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.model.layers.Activation;
import dev.afina.internal.model.layers.Attention;
import dev.afina.internal.model.layers.PostNormLayer;
import java.util.OptionalDouble;

/**
 * What config.json says about an ALBERT. Defaults are those of transformers' {@code AlbertConfig};
 * sizes have none.
 *
 * @param layers how often groups are run, one after the other
 * @param groups of layers, each with weights of its own, at most as many as {@code layers}
 * @param layersOfGroup how many layers a group has
 */
record AlbertConfig(
    int vocabularySize,
    int embeddingSize,
    int hiddenSize,
    int layers,
    int groups,
    int layersOfGroup,
    int heads,
    int intermediateSize,
    int maxPositions,
    int tokenTypes,
    Activation activation,
    double hiddenDropout,
    double attentionDropout,
    double classifierDropout,
    double layerNormEpsilon,
    double initializerRange) {

  static final PostNormLayer.Keys KEYS =
      new PostNormLayer.Keys(
          "attention.query",
          "attention.key",
          "attention.value",
          "attention.dense",
          "attention.LayerNorm",
          "ffn",
          "ffn_output",
          "full_layer_layer_norm");

  private static final long MAX_RUNS = 1000;

  static AlbertConfig read(ConfigJson config) throws CheckpointException {
    int hiddenSize = config.count("hidden_size");
    int layers = config.layers("num_hidden_layers");
    int groups = config.count("num_hidden_groups", 1);
    if (groups > layers) {
      throw new CheckpointException(
          config.where()
              + ": num_hidden_groups: expected 1 to num_hidden_layers "
              + layers
              + ", got "
              + groups);
    }
    int layersOfGroup = config.count("inner_group_num", 1);
    if ((long) layers * layersOfGroup > MAX_RUNS) {
      throw new CheckpointException(
          config.where()
              + (": num_hidden_layers " + layers + " times inner_group_num " + layersOfGroup)
              + (": expected at most " + MAX_RUNS + " layers"));
    }
    return new AlbertConfig(
        config.count("vocab_size"),
        config.count("embedding_size"),
        hiddenSize,
        layers,
        groups,
        layersOfGroup,
        config.heads("num_attention_heads", hiddenSize),
        config.count("intermediate_size"),
        config.count("max_position_embeddings"),
        config.count("type_vocab_size", 2),
        config.activation("hidden_act", Activation.GELU_TANH),
        config.rate("hidden_dropout_prob", 0),
        config.rate("attention_probs_dropout_prob", 0),
        config.rate("classifier_dropout_prob", 0.1),
        config.small("layer_norm_eps", 1e-12),
        config.deviation("initializer_range", 0.02));
  }

  /** The group that is run as number {@code i}. */
  int group(int i) {
    return (int) (i / ((double) layers / groups)); // rounded where transformers rounds
  }

  PostNormLayer.Options layerOptions() {
    return new PostNormLayer.Options(
        hiddenSize,
        intermediateSize,
        Attention.Options.of(hiddenSize, heads, attentionDropout),
        activation,
        OptionalDouble.of(hiddenDropout),
        OptionalDouble.empty(), // unlike BERT, the feed-forward network's output is never dropped
        layerNormEpsilon);
  }
}
