package dev.afina.model.distilbert;

import ai.djl.ndarray.NDArray;
import dev.afina.checkpoint.CheckpointException;
import dev.afina.engine.PackedEncoder;
import dev.afina.model.Activation;
import dev.afina.model.Architecture;
import dev.afina.model.ConfigJson;
import dev.afina.model.Dropout;
import dev.afina.model.ModelSpec;
import dev.afina.model.PackedBatch;
import dev.afina.model.ParameterSpec;
import dev.afina.model.ParameterSpec.Part;
import dev.afina.model.ParameterSpecs;
import dev.afina.model.PostNormLayer;
import dev.afina.model.Weights;
import java.util.List;
import java.util.Optional;

/**
 * DistilBERT (Sanh et al. 2019, arXiv 1910.01108) with a two-layer head on the first token, as
 * transformers' {@code DistilBertForSequenceClassification}. It has no token types.
 */
public final class DistilBert implements Architecture {
  private final DistilBertConfig config;
  private final PostNormLayer layer;
  private final ModelSpec spec;

  /** Reads the configuration. */
  public DistilBert(ConfigJson json, int labels) throws CheckpointException {
    this.config = DistilBertConfig.read(json);
    this.layer = config.layer();
    this.spec =
        new ModelSpec(
            "DistilBertForSequenceClassification",
            "distilbert.",
            config.vocabularySize(),
            config.maxPositions(),
            config.initializerRange(),
            parameters(labels));
  }

  @Override
  public ModelSpec spec() {
    return spec;
  }

  @Override
  public NDArray logits(PackedBatch batch, Weights weights, Dropout dropout) {
    Weights distilbert = weights.at("distilbert");
    NDArray x = embeddings(batch, distilbert.at("embeddings"), dropout); // (T, H)
    NDArray first =
        layer.stack(x, distilbert.at("transformer.layer"), config.layers(), batch, dropout);
    NDArray dense = Activation.RELU.apply(weights.linear("pre_classifier", first)); // (B, H)
    return weights.linear("classifier", dropout.apply(dense, config.classifierDropout())); // (B, C)
  }

  @Override
  public Optional<PackedEncoder> pack(Weights weights, PackedEncoder.Format format) {
    return layer.pack(weights.at("distilbert.transformer.layer"), config.layers(), format);
  }

  private NDArray embeddings(PackedBatch batch, Weights weights, Dropout dropout) {
    NDArray sum =
        weights
            .embedding("word_embeddings", batch.words())
            .add(weights.embedding("position_embeddings", batch.positions()));
    NDArray normed = weights.layerNorm("LayerNorm", sum, DistilBertConfig.LAYER_NORM_EPSILON);
    return dropout.apply(normed, config.hiddenDropout());
  }

  private List<ParameterSpec> parameters(int labels) {
    int hidden = config.hiddenSize();
    ParameterSpecs specs =
        new ParameterSpecs()
            .words("distilbert.embeddings.word_embeddings", config.vocabularySize(), hidden)
            .embedding("distilbert.embeddings.position_embeddings", config.maxPositions(), hidden)
            .layerNorm("distilbert.embeddings.LayerNorm", hidden);
    for (int i = 0; i < config.layers(); i++) {
      layer.describe(specs, "distilbert.transformer.layer." + i, hidden, config.intermediateSize());
    }
    return specs
        .linear("pre_classifier", hidden, hidden, Part.HEAD)
        .linear("classifier", hidden, labels, Part.OUTPUT)
        .list();
  }
}
