package dev.afina.internal.model.distilbert;

import ai.djl.ndarray.NDArray;
import dev.afina.CheckpointException;
import dev.afina.internal.model.Architecture;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.model.Network;
import dev.afina.internal.model.layers.Activation;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.Binder.Table;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.Embeddings;
import dev.afina.internal.model.layers.Linear;
import dev.afina.internal.model.layers.LinearSpec;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.ParameterSpec.Part;
import dev.afina.internal.model.layers.Positions;
import dev.afina.internal.model.layers.PostNormStack;
import java.util.List;

/**
 * DistilBERT (Sanh et al. 2019, arXiv 1910.01108) with a two-layer head on the first token, as
 * transformers' {@code DistilBertForSequenceClassification}. It has no token types.
 */
public final class DistilBert implements Network {
  private final DistilBertConfig config;
  private final Embeddings embeddings;
  private final PostNormStack layers;
  private final Linear preClassifier;
  private final Linear classifier;

  /** Reads the configuration. */
  public static Architecture of(ConfigJson json, int labels) throws CheckpointException {
    DistilBertConfig config = DistilBertConfig.read(json);
    return new Architecture(
        "DistilBertForSequenceClassification",
        "distilbert.",
        config.vocabularySize(),
        config.maxPositions(),
        config.initializerRange(),
        binder -> new DistilBert(config, labels, binder));
  }

  private DistilBert(DistilBertConfig config, int labels, Binder binder) {
    this.config = config;
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
    NDArray first = layers.apply(x, batch, Positions.NONE, dropout); // (B, H)
    NDArray dense = dropout.apply(preClassifier.apply(first), config.classifierDropout());
    return classifier.apply(dense); // (B, C)
  }
}
