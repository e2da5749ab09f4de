package dev.afina.model.electra;

import ai.djl.ndarray.NDArray;
import dev.afina.checkpoint.CheckpointException;
import dev.afina.model.Architecture;
import dev.afina.model.ConfigJson;
import dev.afina.model.ModelSpec;
import dev.afina.model.Network;
import dev.afina.model.bert.BertConfig;
import dev.afina.model.layers.Activation;
import dev.afina.model.layers.Binder;
import dev.afina.model.layers.Binder.Table;
import dev.afina.model.layers.Dropout;
import dev.afina.model.layers.Embeddings;
import dev.afina.model.layers.Linear;
import dev.afina.model.layers.PackedBatch;
import dev.afina.model.layers.Positions;
import dev.afina.model.layers.PostNormLayer;
import dev.afina.model.layers.TwoLayerHead;
import java.util.List;
import java.util.Optional;

/**
 * ELECTRA's discriminator (Clark et al. 2020, arXiv 2003.10555) with a two-layer head on the first
 * token, as transformers' {@code ElectraForSequenceClassification}.
 *
 * <p>The encoder is BERT's. What differs: embeddings may have another size E than the layers and
 * are then projected to theirs, there is no pooler, and GELU stands between the head's layers.
 */
public final class Electra implements Architecture {
  private final BertConfig config;
  private final int embeddingSize;
  private final int labels;
  private final ModelSpec spec;

  /** Reads the configuration, whose keys are BERT's and {@code embedding_size}. */
  public Electra(ConfigJson json, int labels) throws CheckpointException {
    this.config = BertConfig.read(json);
    this.embeddingSize = json.count("embedding_size");
    this.labels = labels;
    this.spec =
        ModelSpec.of(
            "ElectraForSequenceClassification",
            "electra.",
            config.vocabularySize(),
            config.maxPositions(),
            config.initializerRange(),
            Layers::new);
  }

  @Override
  public ModelSpec spec() {
    return spec;
  }

  @Override
  public Network bind(Binder binder) {
    return new Layers(binder);
  }

  private final class Layers implements Network {
    private final Embeddings embeddings;
    private final Optional<Linear> projection;
    private final List<PostNormLayer> layers;
    private final TwoLayerHead head;

    Layers(Binder binder) {
      int hidden = config.hiddenSize();
      Binder electra = binder.at("electra");
      Binder tables = electra.at("embeddings");
      embeddings =
          tables.embeddings(
              embeddingSize,
              tables.norm("LayerNorm", embeddingSize, config.layerNormEpsilon()),
              Table.ofTokens("word_embeddings", config.vocabularySize()),
              Table.of("token_type_embeddings", config.tokenTypes()),
              Table.of("position_embeddings", config.maxPositions()));
      projection =
          embeddingSize == hidden
              ? Optional.empty()
              : Optional.of(electra.linear("embeddings_project", embeddingSize, hidden));
      layers = config.layers(electra.at("encoder.layer"));
      head =
          new TwoLayerHead(
              binder.at("classifier"), hidden, labels, Activation.GELU, config.classifierDropout());
    }

    @Override
    public NDArray logits(PackedBatch batch, Dropout dropout) {
      NDArray embedded =
          embeddings.apply(
              List.of(batch.tokenRows(), batch.typeIds(config.tokenTypes()), batch.positions()));
      NDArray dropped = dropout.apply(embedded, config.hiddenDropout()); // (T, E)
      NDArray x = projection.map(p -> p.apply(dropped)).orElse(dropped); // (T, H)
      return head.apply(
          PostNormLayer.run(layers, x, batch, Positions.NONE, dropout), dropout); // (B, C)
    }
  }
}
