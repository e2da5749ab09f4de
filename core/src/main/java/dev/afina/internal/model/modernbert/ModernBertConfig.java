package dev.afina.internal.model.modernbert;

import dev.afina.CheckpointException;
import dev.afina.internal.engine.TorchRandom;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.model.layers.Activation;
import dev.afina.internal.model.layers.Attention;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What config.json says about a ModernBERT, in the words of transformers 5 or of older ones.
 * Defaults are those of transformers' {@code ModernBertConfig}; sizes have none.
 *
 * @param localLayers of each layer, whether its tokens see those in a window only
 * @param reach how many tokens before and behind it a token sees there
 * @param globalTheta the base of the angles of positions, in layers that see the whole text
 * @param localTheta the same in local layers
 */
record ModernBertConfig(
    int vocabularySize,
    int hiddenSize,
    int heads,
    int intermediateSize,
    int maxPositions,
    List<Boolean> localLayers,
    int reach,
    double globalTheta,
    double localTheta,
    Activation activation,
    double normEpsilon,
    boolean normBias,
    boolean attentionBias,
    boolean mlpBias,
    double embeddingDropout,
    double attentionDropout,
    double mlpDropout,
    double initializerRange,
    double initializerCutoff,
    Head head) {

  private static final String GLOBAL = "full_attention";
  private static final String LOCAL = "sliding_attention";

  /**
   * What stands between encoder and logits.
   *
   * @param poolsMean whether it gets the mean of all tokens, not the first
   */
  record Head(boolean poolsMean, boolean bias, Activation activation, double dropout) {}

  static ModernBertConfig read(ConfigJson config) throws CheckpointException {
    int hiddenSize = config.count("hidden_size");
    int heads = config.heads("num_attention_heads", hiddenSize);
    int headSize = hiddenSize / heads;
    if (headSize % 2 != 0) {
      throw new CheckpointException(
          config.where()
              + (": num_attention_heads " + heads + " of a hidden size of " + hiddenSize)
              + (" gives heads of " + headSize + " numbers, which cannot be turned in pairs"));
    }
    config.refuseUnless("head_dim", "null", Integer.toString(headSize));
    int reach = config.count("local_attention", 128) / 2;
    config.refuseUnless("sliding_window", "null", Integer.toString(reach)); // overrides it
    config.refuseUnless("rope_scaling", "null");
    ConfigJson rotary = config.section("rope_parameters", GLOBAL, LOCAL);
    return new ModernBertConfig(
        config.count("vocab_size"),
        hiddenSize,
        heads,
        config.count("intermediate_size"),
        config.count("max_position_embeddings"),
        localLayers(config),
        reach,
        theta(rotary, GLOBAL, config.number("global_rope_theta", 160_000, 1)),
        theta(rotary, LOCAL, config.number("local_rope_theta", 10_000, 1)),
        config.activation("hidden_activation"),
        config.small("norm_eps", 1e-5),
        config.flag("norm_bias", false),
        config.flag("attention_bias", false),
        config.flag("mlp_bias", false),
        config.rate("embedding_dropout", 0),
        config.rate("attention_dropout", 0),
        config.rate("mlp_dropout", 0),
        config.deviation("initializer_range", 0.02),
        config.isNull("initializer_cutoff_factor")
            ? 3
            : config.number("initializer_cutoff_factor", 2, TorchRandom.MIN_CUTOFF),
        new Head(
            config.word("classifier_pooling", "cls", "mean").equals("mean"),
            config.flag("classifier_bias", false),
            config.activation("classifier_activation"),
            config.rate("classifier_dropout", 0)));
  }

  int layers() {
    return localLayers.size();
  }

  int headSize() {
    return hiddenSize / heads;
  }

  Attention.Options attention() {
    return Attention.Options.of(hiddenSize, heads, attentionDropout);
  }

  /** Today a word for each layer; once the distance between global ones. */
  private static List<Boolean> localLayers(ConfigJson config) throws CheckpointException {
    int layers = config.layers("num_hidden_layers");
    if (config.has("layer_types")) {
      return config.words("layer_types", layers, GLOBAL, LOCAL).stream()
          .map(LOCAL::equals)
          .toList();
    }
    int every = config.count("global_attn_every_n_layers", 3);
    return IntStream.range(0, layers).mapToObj(i -> i % every != 0).toList();
  }

  private static double theta(ConfigJson rotary, String layers, double older)
      throws CheckpointException {
    ConfigJson section = rotary.section(layers, "rope_theta", "rope_type", "type");
    section.refuseUnless("rope_type", "\"default\"");
    section.refuseUnless("type", "\"default\"");
    return section.number("rope_theta", older, 1);
  }
}
