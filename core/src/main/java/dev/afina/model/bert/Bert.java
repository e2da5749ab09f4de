package dev.afina.model.bert;

import ai.djl.ndarray.NDArray;
import dev.afina.checkpoint.CheckpointException;
import dev.afina.engine.PackedEncoder;
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
 * BERT (Devlin et al. 2019, arXiv 1810.04805) with a classifier on the pooled first token, as
 * transformers' {@code BertForSequenceClassification}.
 */
public final class Bert implements Architecture {
  private final BertConfig config;
  private final PostNormLayer layer;
  private final ModelSpec spec;

  /** Reads the configuration. */
  public Bert(ConfigJson json, int labels) throws CheckpointException {
    this.config = BertConfig.read(json);
    this.layer = config.layer();
    this.spec =
        new ModelSpec(
            "BertForSequenceClassification",
            "bert.",
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
    Weights bert = weights.at("bert");
    NDArray x = embeddings(batch, bert.at("embeddings"), dropout); // (T, H)
    NDArray first = layer.stack(x, bert.at("encoder.layer"), config.layers(), batch, dropout);
    NDArray pooled = bert.linear("pooler.dense", first).tanh(); // (B, H)
    return weights.linear(
        "classifier", dropout.apply(pooled, config.classifierDropout())); // (B, C)
  }

  @Override
  public Optional<PackedEncoder> pack(Weights weights, PackedEncoder.Format format) {
    return layer.pack(weights.at("bert.encoder.layer"), config.layers(), format);
  }

  private NDArray embeddings(PackedBatch batch, Weights weights, Dropout dropout) {
    NDArray sum =
        weights
            .embedding("word_embeddings", batch.words())
            .add(weights.embedding("token_type_embeddings", batch.typeIds(config.tokenTypes())))
            .add(weights.embedding("position_embeddings", batch.positions()));
    NDArray normed = weights.layerNorm("LayerNorm", sum, config.layerNormEpsilon());
    return dropout.apply(normed, config.hiddenDropout());
  }

  private List<ParameterSpec> parameters(int labels) {
    int hidden = config.hiddenSize();
    ParameterSpecs specs =
        new ParameterSpecs()
            .words("bert.embeddings.word_embeddings", config.vocabularySize(), hidden)
            .embedding("bert.embeddings.position_embeddings", config.maxPositions(), hidden)
            .embedding("bert.embeddings.token_type_embeddings", config.tokenTypes(), hidden)
            .layerNorm("bert.embeddings.LayerNorm", hidden);
    for (int i = 0; i < config.layers(); i++) {
      layer.describe(specs, "bert.encoder.layer." + i, hidden, config.intermediateSize());
    }
    return specs
        .linear("bert.pooler.dense", hidden, hidden, Part.HEAD)
        .linear("classifier", hidden, labels, Part.OUTPUT)
        .list();
  }
}
