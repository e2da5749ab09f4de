package dev.afina.internal.model.bert;

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
 * BERT (Devlin et al. 2019, arXiv 1810.04805) with a classifier on the pooled first token, as
 * transformers' {@code BertForSequenceClassification}.
 */
public final class Bert implements Network {
  private final BertConfig config;
  private final Embeddings embeddings;
  private final PostNormStack layers;
  private final FirstTokenHead head;
  private final Optional<OneCall> oneCall;

  /** Reads the configuration. */
  public static Architecture of(ConfigJson json, int labels) throws CheckpointException {
    BertConfig config = BertConfig.read(json);
    return new Architecture(
        "BertForSequenceClassification",
        "bert.",
        config.vocabularySize(),
        config.maxPositions(),
        config.initializerRange(),
        binder -> new Bert(config, labels, binder));
  }

  private Bert(BertConfig config, int labels, Binder binder) {
    this.config = config;
    int hidden = config.hiddenSize();
    Binder bert = binder.at("bert");
    Binder tables = bert.at("embeddings");
    embeddings =
        tables.embeddings(
            hidden,
            tables.norm("LayerNorm", hidden, config.layerNormEpsilon()),
            Table.ofTokens("word_embeddings", config.vocabularySize()),
            Table.ofTypes("token_type_embeddings", config.tokenTypes()),
            Table.of("position_embeddings", config.maxPositions(), PackedBatch::positions));
    layers = config.layers(bert.at("encoder.layer"));
    head =
        new FirstTokenHead(
            binder,
            LinearSpec.of("bert.pooler.dense", hidden, hidden).then(Activation.TANH),
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
