package dev.afina.model.roberta;

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
import dev.afina.model.bert.BertConfig;
import java.util.List;
import java.util.Optional;

/**
 * RoBERTa (Liu et al. 2019, arXiv 1907.11692) with a two-layer head on the first token, as
 * transformers' {@code RobertaForSequenceClassification}.
 *
 * <p>The encoder is BERT's. What differs: positions begin after the padding id, there is no pooler,
 * and all token types are 0.
 */
public final class Roberta implements Architecture {
  /** That of transformers' {@code RobertaConfig}; positions are counted from it. */
  private static final int DEFAULT_PADDING_ID = 1;

  private final BertConfig config;
  private final PostNormLayer layer;
  private final ModelSpec spec;

  /** Reads the configuration, whose keys are BERT's. */
  public Roberta(ConfigJson json, int labels) throws CheckpointException {
    this.config = BertConfig.read(json, DEFAULT_PADDING_ID);
    if (config.paddingId() == BertConfig.NO_PADDING) {
      throw new CheckpointException(
          json.where() + ": pad_token_id: expected a number, got null; positions count from it");
    }
    this.layer = config.layer();
    this.spec =
        new ModelSpec(
            "RobertaForSequenceClassification",
            "roberta.",
            config.vocabularySize(),
            // 514 positions serve 512 tokens: those up to the padding id are never used.
            config.maxPositions() - config.paddingId() - 1,
            config.initializerRange(),
            parameters(labels));
    if (spec.maxTokens() < 1) {
      throw new CheckpointException(
          json.where()
              + ": max_position_embeddings "
              + config.maxPositions()
              + " leaves no position after pad_token_id "
              + config.paddingId());
    }
  }

  @Override
  public ModelSpec spec() {
    return spec;
  }

  @Override
  public NDArray logits(PackedBatch batch, Weights weights, Dropout dropout) {
    Weights roberta = weights.at("roberta");
    NDArray x = embeddings(batch, roberta.at("embeddings"), dropout); // (T, H)
    NDArray first = layer.stack(x, roberta.at("encoder.layer"), config.layers(), batch, dropout);
    Weights head = weights.at("classifier");
    double rate = config.classifierDropout();
    NDArray dense = head.linear("dense", dropout.apply(first, rate)).tanh(); // (B, H)
    return head.linear("out_proj", dropout.apply(dense, rate)); // (B, C)
  }

  @Override
  public Optional<PackedEncoder> pack(Weights weights, PackedEncoder.Format format) {
    return layer.pack(weights.at("roberta.encoder.layer"), config.layers(), format);
  }

  private NDArray embeddings(PackedBatch batch, Weights weights, Dropout dropout) {
    NDArray words = batch.words();
    NDArray sum =
        weights
            .embedding("word_embeddings", words)
            .add(weights.embedding("token_type_embeddings", words.zerosLike()))
            .add(
                weights.embedding("position_embeddings", batch.positionsAfter(config.paddingId())));
    NDArray normed = weights.layerNorm("LayerNorm", sum, config.layerNormEpsilon());
    return dropout.apply(normed, config.hiddenDropout());
  }

  private List<ParameterSpec> parameters(int labels) {
    int hidden = config.hiddenSize();
    ParameterSpecs specs =
        new ParameterSpecs()
            .words("roberta.embeddings.word_embeddings", config.vocabularySize(), hidden)
            .embedding("roberta.embeddings.position_embeddings", config.maxPositions(), hidden)
            .embedding("roberta.embeddings.token_type_embeddings", config.tokenTypes(), hidden)
            .layerNorm("roberta.embeddings.LayerNorm", hidden);
    for (int i = 0; i < config.layers(); i++) {
      layer.describe(specs, "roberta.encoder.layer." + i, hidden, config.intermediateSize());
    }
    return specs
        .linear("classifier.dense", hidden, hidden, Part.HEAD)
        .linear("classifier.out_proj", hidden, labels, Part.OUTPUT)
        .list();
  }
}
