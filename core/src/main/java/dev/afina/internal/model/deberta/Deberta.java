package dev.afina.internal.model.deberta;

import ai.djl.ndarray.NDArray;
import dev.afina.CheckpointException;
import dev.afina.internal.model.Architecture;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.model.Network;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.Binder.Table;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.Embeddings;
import dev.afina.internal.model.layers.FirstTokenHead;
import dev.afina.internal.model.layers.Linear;
import dev.afina.internal.model.layers.LinearSpec;
import dev.afina.internal.model.layers.Norm;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.Positions;
import dev.afina.internal.model.layers.PostNormLayer;
import dev.afina.internal.model.layers.PostNormStack;
import dev.afina.internal.model.layers.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * DeBERTa (He et al. 2021, arXiv 2006.03654), its version 2 and v3 (He et al. 2023, arXiv
 * 2111.09543) with a classifier on the pooled first token, as transformers' {@code
 * DebertaForSequenceClassification} and {@code DebertaV2ForSequenceClassification}.
 *
 * <p>Layers are BERT's but for {@link DisentangledAttention} and the {@link Convolution} that some
 * have beside the first. The first version has neither convolution nor buckets of distances, and
 * one layer for queries, keys and values; all else is the same formula.
 */
public final class Deberta implements Network {
  private final DebertaConfig config;
  private final Embeddings embeddings;
  private final Optional<Linear> projection;
  private final Norm norm;
  private final PostNormLayer firstLayer;
  private final PostNormStack otherLayers;
  private final Optional<Convolution> convolution;
  private final FirstTokenHead head;

  /** Reads the configuration of the first version. */
  public static Architecture of(ConfigJson json, int labels) throws CheckpointException {
    return of("DebertaForSequenceClassification", DebertaConfig.readFirst(json), labels);
  }

  /** Reads the configuration of version 2 or v3. */
  public static Architecture version2(ConfigJson json, int labels) throws CheckpointException {
    return of("DebertaV2ForSequenceClassification", DebertaConfig.read(json), labels);
  }

  private static Architecture of(String transformersClass, DebertaConfig config, int labels) {
    return new Architecture(
        transformersClass,
        "deberta.",
        config.vocabularySize(),
        config.maxPositions(),
        config.initializerRange(),
        binder -> new Deberta(config, labels, binder));
  }

  private Deberta(DebertaConfig config, int labels, Binder binder) {
    this.config = config;
    int hidden = config.hiddenSize();
    Binder deberta = binder.at("deberta");
    Binder encoder = deberta.at("encoder");
    Binder parts = deberta.at("embeddings");
    embeddings = parts.sums(config.embeddingSize(), tables());
    projection =
        config.embeddingSize() == hidden
            ? Optional.empty()
            : Optional.of(
                parts.linear(
                    LinearSpec.of("embed_proj", config.embeddingSize(), hidden).withoutBias()));
    norm = parts.norm("LayerNorm", hidden, config.layerNormEpsilon());
    List<PostNormLayer> layers =
        IntStream.range(0, config.layers()).mapToObj(i -> config.layer(i, encoder)).toList();
    firstLayer = layers.get(0);
    otherLayers = new PostNormStack(encoder, layers.subList(1, layers.size()));
    config.relativeNorm(encoder); // has parameters even where attention does not use it
    convolution =
        config.convolution().width() == 0
            ? Optional.empty()
            : Optional.of(new Convolution(config, encoder.at("conv")));
    head =
        new FirstTokenHead(
            binder,
            LinearSpec.of("pooler.dense", hidden, hidden).then(config.poolerActivation()),
            "classifier",
            labels,
            OptionalDouble.of(config.poolerDropout()),
            config.classifierDropout());
  }

  private Table[] tables() {
    List<Table> tables = new ArrayList<>();
    tables.add(Table.ofTokens("word_embeddings", config.vocabularySize()));
    if (config.absolutePositions()) {
      tables.add(Table.of("position_embeddings", config.maxPositions(), PackedBatch::positions));
    }
    if (config.tokenTypes() > 0) {
      tables.add(Table.ofTypes("token_type_embeddings", config.tokenTypes()));
    }
    return tables.toArray(Table[]::new);
  }

  @Override
  public NDArray hidden(PackedBatch batch, Rows rows, Dropout dropout) {
    NDArray sum = embeddings.apply(batch); // (T, E)
    NDArray embedded = norm.apply(projection.map(p -> p.apply(sum)).orElse(sum)); // (T, H)
    NDArray x = dropout.apply(embedded, config.hiddenDropout());
    Rows asked = config.layers() > 1 ? Rows.ALL : rows;
    NDArray y = PostNormLayer.scoped(x, in -> firstLayer(in, batch, asked, dropout));
    return otherLayers.apply(y, batch, rows, Positions.NONE, dropout); // (R, H)
  }

  @Override
  public NDArray head(NDArray first, PackedBatch batch, Dropout dropout) {
    return head.apply(first, dropout); // (B, C)
  }

  private NDArray firstLayer(NDArray x, PackedBatch batch, Rows rows, Dropout dropout) {
    NDArray y = firstLayer.apply(x, batch, rows, Positions.NONE, dropout);
    return convolution.map(c -> c.apply(x, y, batch, rows, dropout)).orElse(y);
  }
}
