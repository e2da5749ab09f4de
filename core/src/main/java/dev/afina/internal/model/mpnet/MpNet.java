package dev.afina.internal.model.mpnet;

import ai.djl.ndarray.NDArray;
import dev.afina.CheckpointException;
import dev.afina.internal.model.Architecture;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.model.Network;
import dev.afina.internal.model.bert.BertConfig;
import dev.afina.internal.model.layers.Activation;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.Binder.Table;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.Embeddings;
import dev.afina.internal.model.layers.FirstTokenHead;
import dev.afina.internal.model.layers.OneCall;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.PostNormLayer;
import dev.afina.internal.model.layers.PostNormStack;
import dev.afina.internal.model.layers.Rows;
import java.util.Optional;

/**
 * MPNet (Song et al. 2020, arXiv 2004.09297) with a two-layer head on the first token, as
 * transformers' {@code MPNetForSequenceClassification}.
 *
 * <p>The encoder is BERT's. What differs: attention knows distances ({@link DistanceBiases}),
 * positions begin after the padding id, and there are no token types.
 */
public final class MpNet implements Network {
  /** Fixed in transformers' code, whatever the file says. */
  private static final int PADDING_ID = 1;

  private static final PostNormLayer.Keys KEYS =
      new PostNormLayer.Keys(
          "attention.attn.q",
          "attention.attn.k",
          "attention.attn.v",
          "attention.attn.o",
          "attention.LayerNorm",
          "intermediate.dense",
          "output.dense",
          "output.LayerNorm");

  private final BertConfig config;
  private final Embeddings embeddings;
  private final PostNormStack layers;
  private final DistanceBiases biases;
  private final FirstTokenHead head;
  private final Optional<OneCall> oneCall;

  /** Reads the configuration, whose keys are BERT's. */
  public static Architecture of(ConfigJson json, int labels) throws CheckpointException {
    BertConfig config = BertConfig.read(json, PADDING_ID);
    // transformers computes with 32 buckets, whatever the size of the table.
    json.refuseUnless("relative_attention_num_buckets", "" + DistanceBiases.BUCKETS);
    return new Architecture(
        "MPNetForSequenceClassification",
        "mpnet.",
        config.vocabularySize(),
        config.tokensAfter(PADDING_ID, json),
        config.initializerRange(),
        binder -> new MpNet(config, labels, binder));
  }

  private MpNet(BertConfig config, int labels, Binder binder) {
    this.config = config;
    int hidden = config.hiddenSize();
    Binder mpnet = binder.at("mpnet");
    Binder tables = mpnet.at("embeddings");
    embeddings =
        tables.embeddings(
            hidden,
            tables.norm("LayerNorm", hidden, config.layerNormEpsilon()),
            Table.ofTokens("word_embeddings", config.vocabularySize()),
            Table.of(
                "position_embeddings",
                config.maxPositions(),
                batch -> batch.positionsAfter(PADDING_ID)));
    layers = config.layers(mpnet.at("encoder.layer"), KEYS);
    biases = new DistanceBiases(mpnet.at("encoder"), config.heads());
    head =
        FirstTokenHead.ofRoberta(
            binder.at("classifier"), hidden, labels, Activation.TANH, config.hiddenDropout());
    oneCall = binder.oneCall(embeddings, layers, head, biases::of);
  }

  @Override
  public NDArray hidden(PackedBatch batch, Rows rows, Dropout dropout) {
    NDArray embedded = embeddings.apply(batch);
    NDArray x = dropout.apply(embedded, config.hiddenDropout()); // (T, H)
    return layers.apply(x, batch, rows, biases.of(batch), dropout); // (R, H)
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
