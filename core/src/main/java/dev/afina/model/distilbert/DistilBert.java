package dev.afina.model.distilbert;

import ai.djl.ndarray.NDArray;
import dev.afina.checkpoint.CheckpointException;
import dev.afina.model.Architecture;
import dev.afina.model.ConfigJson;
import dev.afina.model.ModelSpec;
import dev.afina.model.Network;
import dev.afina.model.layers.Activation;
import dev.afina.model.layers.Binder;
import dev.afina.model.layers.Binder.Table;
import dev.afina.model.layers.Dropout;
import dev.afina.model.layers.Embeddings;
import dev.afina.model.layers.Linear;
import dev.afina.model.layers.LinearSpec;
import dev.afina.model.layers.PackedBatch;
import dev.afina.model.layers.ParameterSpec.Part;
import dev.afina.model.layers.Positions;
import dev.afina.model.layers.PostNormLayer;
import java.util.List;

/**
 * DistilBERT (Sanh et al. 2019, arXiv 1910.01108) with a two-layer head on the first token, as
 * transformers' {@code DistilBertForSequenceClassification}. It has no token types.
 */
public final class DistilBert implements Architecture {
  private final DistilBertConfig config;
  private final int labels;
  private final ModelSpec spec;

  /** Reads the configuration. */
  public DistilBert(ConfigJson json, int labels) throws CheckpointException {
    this.config = DistilBertConfig.read(json);
    this.labels = labels;
    this.spec =
        ModelSpec.of(
            "DistilBertForSequenceClassification",
            "distilbert.",
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
    private final List<PostNormLayer> layers;
    private final Linear preClassifier;
    private final Linear classifier;

    Layers(Binder binder) {
      int hidden = config.hiddenSize();
      Binder distilbert = binder.at("distilbert");
      Binder tables = distilbert.at("embeddings");
      embeddings =
          tables.embeddings(
              hidden,
              tables.norm("LayerNorm", hidden, DistilBertConfig.LAYER_NORM_EPSILON),
              Table.ofTokens("word_embeddings", config.vocabularySize()),
              Table.of("position_embeddings", config.maxPositions()));
      layers = config.layers(distilbert.at("transformer.layer"));
      preClassifier =
          binder.linear(
              LinearSpec.of("pre_classifier", hidden, hidden).of(Part.HEAD).then(Activation.RELU));
      classifier = binder.linear(LinearSpec.of("classifier", hidden, labels).of(Part.OUTPUT));
    }

    @Override
    public NDArray logits(PackedBatch batch, Dropout dropout) {
      NDArray embedded = embeddings.apply(List.of(batch.tokenRows(), batch.positions()));
      NDArray x = dropout.apply(embedded, config.hiddenDropout()); // (T, H)
      NDArray first = PostNormLayer.run(layers, x, batch, Positions.NONE, dropout); // (B, H)
      NDArray dense = dropout.apply(preClassifier.apply(first), config.classifierDropout());
      return classifier.apply(dense); // (B, C)
    }
  }
}
