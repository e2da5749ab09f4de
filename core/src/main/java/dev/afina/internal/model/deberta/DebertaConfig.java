package dev.afina.internal.model.deberta;

import dev.afina.CheckpointException;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.model.layers.Activation;
import dev.afina.internal.model.layers.Attention;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.ByHeads;
import dev.afina.internal.model.layers.LinearSpec;
import dev.afina.internal.model.layers.Norm;
import dev.afina.internal.model.layers.PostNormLayer;
import dev.afina.internal.model.layers.Rows;
import dev.afina.internal.model.layers.SelfAttention;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What config.json says about a DeBERTa, of the first version or of v2 and v3. Defaults are those
 * of transformers' {@code DebertaConfig} and {@code DebertaV2Config}; sizes have none.
 *
 * @param version 1, or 2 for v2 and v3
 * @param embeddingSize of the tables; other than the hidden size they are projected
 * @param tokenTypes 0 for no table
 * @param absolutePositions whether embeddings tell positions ({@code position_biased_input})
 * @param relativeAttention whether attention does
 * @param normsRelative whether the relative embedding is normalised
 * @param sharesKeys whether queries' and keys' own layers project the relative embedding
 */
record DebertaConfig(
    int version,
    int vocabularySize,
    int hiddenSize,
    int embeddingSize,
    int layers,
    int heads,
    int intermediateSize,
    int maxPositions,
    int tokenTypes,
    Activation activation,
    boolean absolutePositions,
    boolean relativeAttention,
    boolean contentToPosition,
    boolean positionToContent,
    boolean sharesKeys,
    boolean normsRelative,
    Distances distances,
    ConvolutionOptions convolution,
    Activation poolerActivation,
    double hiddenDropout,
    double attentionDropout,
    double poolerDropout,
    double classifierDropout,
    double layerNormEpsilon,
    double initializerRange) {

  private static final PostNormLayer.Keys KEYS =
      new PostNormLayer.Keys(
          "attention.self.query_proj",
          "attention.self.key_proj",
          "attention.self.value_proj",
          "attention.output.dense",
          "attention.output.LayerNorm",
          "intermediate.dense",
          "output.dense",
          "output.LayerNorm");

  /**
   * The convolution beside the first layer.
   *
   * @param width in tokens; 0 for none
   * @param groups of channels that see each other
   */
  record ConvolutionOptions(int width, int groups, Activation activation) {}

  /**
   * Reads the configuration of a DeBERTa-v2 or v3.
   *
   * @throws CheckpointException naming the key that is missing, out of range or not supported
   */
  static DebertaConfig read(ConfigJson config) throws CheckpointException {
    return read(config, 2);
  }

  /**
   * Reads the configuration of the first version.
   *
   * @throws CheckpointException as {@link #read}
   */
  static DebertaConfig readFirst(ConfigJson config) throws CheckpointException {
    config.refuseUnless("talking_head", "false");
    // Only v2 has them.
    config.refuseUnless("position_buckets", "-1", "0");
    config.refuseUnless("share_att_key", "false");
    config.refuseUnless("norm_rel_ebd", "\"none\"");
    config.refuseUnless("conv_kernel_size", "0");
    // Here each name counts for the scale, also one that stands twice or means nothing.
    config.refuseUnless(
        "pos_att_type",
        "\"c2p|p2c\"",
        "\"p2c|c2p\"",
        "\"c2p\"",
        "\"p2c\"",
        "[\"c2p\",\"p2c\"]",
        "[\"p2c\",\"c2p\"]",
        "[\"c2p\"]",
        "[\"p2c\"]",
        "[]",
        "null");
    return read(config, 1);
  }

  private static DebertaConfig read(ConfigJson config, int version) throws CheckpointException {
    int hiddenSize = config.count("hidden_size");
    int heads = config.heads("num_attention_heads", hiddenSize);
    int maxPositions = config.count("max_position_embeddings");
    config.refuseUnless("pooler_hidden_size", Integer.toString(hiddenSize));
    config.refuseUnless("attention_head_size", Integer.toString(hiddenSize / heads));
    config.refuseUnless("z_steps", "0");
    double hiddenDropout = config.rate("hidden_dropout_prob", 0.1);
    List<String> terms = terms(config);
    return new DebertaConfig(
        version,
        config.count("vocab_size"),
        hiddenSize,
        config.count("embedding_size", hiddenSize),
        config.layers("num_hidden_layers"),
        heads,
        config.count("intermediate_size"),
        maxPositions,
        config.whole("type_vocab_size", 0, 0),
        config.activation("hidden_act"),
        config.flag("position_biased_input", true),
        config.flag("relative_attention", false),
        terms.contains("c2p"),
        terms.contains("p2c"),
        config.flag("share_att_key", false),
        relativeNorms(config).contains("layer_norm"),
        distances(config, maxPositions),
        convolution(config, hiddenSize),
        config.activation("pooler_hidden_act"),
        hiddenDropout,
        config.rate("attention_probs_dropout_prob", 0.1),
        config.rate("pooler_dropout", 0),
        config.isNull("cls_dropout") ? hiddenDropout : config.rate("cls_dropout", hiddenDropout),
        config.small("layer_norm_eps", 1e-7),
        config.deviation("initializer_range", 0.02));
  }

  /** The layer {@code i} of those under {@code encoder}. */
  PostNormLayer layer(int i, Binder encoder) {
    Binder layer = encoder.at("layer." + i);
    PostNormLayer.Options options =
        new PostNormLayer.Options(
            hiddenSize,
            intermediateSize,
            new Attention.Options(heads, attentionScale(), attentionDropout),
            activation,
            OptionalDouble.of(hiddenDropout),
            OptionalDouble.of(hiddenDropout),
            layerNormEpsilon);
    Rows rows = Rows.of(i, layers);
    SelfAttention attention =
        version == 1
            ? layer.selfAttention(rows, options.attention(), byHeads())
            : PostNormLayer.attention(layer, KEYS, options, rows);
    return new PostNormLayer(
        layer,
        KEYS,
        options,
        relativeAttention
            ? attention.with(new DisentangledAttention(this, encoder, layer.at("attention.self")))
            : attention);
  }

  private ByHeads byHeads() {
    return new ByHeads(
        LinearSpec.of("attention.self.in_proj", hiddenSize, 3 * hiddenSize).withoutBias(),
        "attention.self.q_bias",
        "attention.self.v_bias",
        heads);
  }

  /** What projects the relative embedding as keys are. */
  LinearSpec relativeKeys() {
    return version == 1
        ? relative("pos_proj").withoutBias()
        : relative(sharesKeys ? "key_proj" : "pos_key_proj");
  }

  /** What projects the relative embedding as queries are. */
  LinearSpec relativeQueries() {
    return relative(version == 1 ? "pos_q_proj" : sharesKeys ? "query_proj" : "pos_query_proj");
  }

  private LinearSpec relative(String name) {
    return LinearSpec.of(name, hiddenSize, hiddenSize);
  }

  /**
   * 1 / √(D · terms): the variance of a sum of that many products, whether they are used or not.
   */
  double attentionScale() {
    int terms = 1 + (contentToPosition ? 1 : 0) + (positionToContent ? 1 : 0);
    return 1 / Math.sqrt((double) hiddenSize / heads * terms);
  }

  /** The norm of the relative embedding, under {@code encoder}, which all layers share. */
  Optional<Norm> relativeNorm(Binder encoder) {
    return normsRelative
        ? Optional.of(encoder.norm("LayerNorm", hiddenSize, layerNormEpsilon))
        : Optional.empty();
  }

  private static List<String> terms(ConfigJson config) throws CheckpointException {
    return known(
        "pos_att_type",
        config.isNull("pos_att_type") ? List.of() : config.strings("pos_att_type"),
        config,
        "c2p",
        "p2c");
  }

  private static List<String> relativeNorms(ConfigJson config) throws CheckpointException {
    return known("norm_rel_ebd", config.strings("norm_rel_ebd"), config, "layer_norm", "none");
  }

  /** Names that may be one string, separated by "|"; others than the known ones are refused. */
  private static List<String> known(
      String key, List<String> values, ConfigJson config, String... known)
      throws CheckpointException {
    List<String> names = new ArrayList<>();
    for (String value : values) {
      for (String name : value.split("\\|", -1)) {
        String plain = name.strip().toLowerCase(Locale.ROOT);
        if (!plain.isEmpty()) {
          config.requireOneOf(key, plain, known);
          names.add(plain);
        }
      }
    }
    return names;
  }

  private static Distances distances(ConfigJson config, int maxPositions)
      throws CheckpointException {
    int buckets = Math.max(0, config.whole("position_buckets", -1, -1));
    int given = config.whole("max_relative_positions", -1, -1);
    int farthest = given < 1 ? maxPositions : given;
    // The logarithmic scale reaches from half of the buckets to the farthest distance.
    if (buckets == 1 || (buckets > 1 && farthest - 1 <= buckets / 2)) {
      throw new CheckpointException(
          config.where()
              + (": position_buckets " + buckets + " does not fit max_relative_positions ")
              + (farthest + "; expected 2 buckets or more, whose half is less than the positions"));
    }
    return new Distances(buckets > 0 ? buckets : farthest, buckets, farthest);
  }

  private static ConvolutionOptions convolution(ConfigJson config, int hiddenSize)
      throws CheckpointException {
    int width = config.whole("conv_kernel_size", 0, 0);
    int groups = config.count("conv_groups", 1);
    if (width > 0 && width % 2 == 0) {
      throw new CheckpointException(
          config.where() + ": conv_kernel_size: expected 0 or an odd number, got " + width);
    }
    if (hiddenSize % groups != 0) {
      throw new CheckpointException(
          config.where()
              + ": conv_groups "
              + groups
              + " does not divide the hidden size "
              + hiddenSize);
    }
    return new ConvolutionOptions(width, groups, config.activation("conv_act", Activation.TANH));
  }
}
