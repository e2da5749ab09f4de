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
import dev.afina.internal.model.layers.FirstTokenHead;
import dev.afina.internal.model.layers.LinearSpec;
import dev.afina.internal.model.layers.OneCall;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.Positions;
import dev.afina.internal.model.layers.PostNormStack;
import dev.afina.internal.model.layers.Rows;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * DistilBERT (Sanh et al. 2019, arXiv 1910.01108) with a two-layer head on the first token, as
 * transformers' {@code DistilBertForSequenceClassification}. It has no token types.
 */
public final class DistilBert implements Network {
  private final DistilBertConfig config;
  private final Embeddings embeddings;
  private final PostNormStack layers;
  private final FirstTokenHead head;
  private final Optional<OneCall> oneCall;

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
            Table.of("position_embeddings", config.maxPositions(), PackedBatch::positions));
    layers = config.layers(distilbert.at("transformer.layer"));
    head =
        new FirstTokenHead(
            binder,
            LinearSpec.of("pre_classifier", hidden, hidden).then(Activation.RELU),
            "classifier",
            labels,
            OptionalDouble.empty(),
            config.classifierDropout());
    oneCall = binder.oneCall(embeddings, layers, head);
  }

  @Override
  public NDArray hidden(PackedBatch batch, Rows rows, Dropout dropout) {
    NDArray embedded = embeddings.apply(batch);
    NDArray x = dropout.apply(embedded, config.hiddenDropout()); // (T, H)
    return layers.apply(x, batch, rows, Positions.NONE, dropout); // (R, H)
  }

  @Override
  public Optional<OneCall> oneCall() {
    return oneCall;
  }

  @Override
  public NDArray head(NDArray first, PackedBatch batch, Dropout dropout) {
    return head.apply(first, dropout); // (B, C)
  }
}
