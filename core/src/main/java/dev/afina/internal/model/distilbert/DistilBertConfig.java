package dev.afina.internal.model.distilbert;

import dev.afina.CheckpointException;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.model.layers.Activation;
import dev.afina.internal.model.layers.Attention;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.PostNormLayer;
import dev.afina.internal.model.layers.PostNormStack;
import java.util.OptionalDouble;

/**
 * What config.json says about a DistilBERT. Defaults are those of transformers' {@code
 * DistilBertConfig}; sizes have none.
 */
record DistilBertConfig(
    int vocabularySize,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    int maxPositions,
    Activation activation,
    double hiddenDropout,
    double attentionDropout,
    double classifierDropout,
    double initializerRange) {

  /** Fixed in transformers' code, not in the file. */
  static final double LAYER_NORM_EPSILON = 1e-12;

  static DistilBertConfig read(ConfigJson config) throws CheckpointException {
    // The common names count as well, and transformers reads whichever comes last.
    int hiddenSize = config.count(config.either("dim", "hidden_size"));
    return new DistilBertConfig(
        config.count("vocab_size"),
        hiddenSize,
        config.layers(config.either("n_layers", "num_hidden_layers")),
        config.heads(config.either("n_heads", "num_attention_heads"), hiddenSize),
        config.count("hidden_dim"),
        config.count("max_position_embeddings"),
        config.activation("activation"),
        config.rate("dropout", 0.1),
        config.rate("attention_dropout", 0.1),
        config.rate("seq_classif_dropout", 0.2),
        config.deviation("initializer_range", 0.02));
  }

  /**
   * The encoder's layers.
   *
   * @param encoder the view of the layers "0", "1", …
   */
  PostNormStack layers(Binder encoder) {
    PostNormLayer.Keys keys =
        new PostNormLayer.Keys(
            "attention.q_lin",
            "attention.k_lin",
            "attention.v_lin",
            "attention.out_lin",
            "sa_layer_norm",
            "ffn.lin1",
            "ffn.lin2",
            "output_layer_norm");
    PostNormLayer.Options options =
        new PostNormLayer.Options(
            hiddenSize,
            intermediateSize,
            Attention.Options.of(hiddenSize, heads, attentionDropout),
            activation,
            OptionalDouble.empty(), // unlike BERT, the attention's output is never dropped
            OptionalDouble.of(hiddenDropout),
            LAYER_NORM_EPSILON);
    return PostNormStack.of(encoder, layers, keys, options);
  }
}
