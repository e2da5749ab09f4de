package dev.afina.internal.model.electra;

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
import dev.afina.internal.model.layers.Linear;
import dev.afina.internal.model.layers.OneCall;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.Positions;
import dev.afina.internal.model.layers.PostNormStack;
import dev.afina.internal.model.layers.Rows;
import java.util.Optional;

/**
 * ELECTRA's discriminator (Clark et al. 2020, arXiv 2003.10555) with a two-layer head on the first
 * token, as transformers' {@code ElectraForSequenceClassification}.
 *
 * <p>The encoder is BERT's. What differs: embeddings may have another size E than the layers and
 * are then projected to theirs, there is no pooler, and GELU stands between the head's layers.
 */
public final class Electra implements Network {
  private final BertConfig config;
  private final Embeddings embeddings;
  private final Optional<Linear> projection;
  private final PostNormStack layers;
  private final FirstTokenHead head;
  private final Optional<OneCall> oneCall;

  /** Reads the configuration, whose keys are BERT's and {@code embedding_size}. */
  public static Architecture of(ConfigJson json, int labels) throws CheckpointException {
    BertConfig config = BertConfig.read(json);
    int embeddingSize = json.count("embedding_size");
    return new Architecture(
        "ElectraForSequenceClassification",
        "electra.",
        config.vocabularySize(),
        config.maxPositions(),
        config.initializerRange(),
        binder -> new Electra(config, embeddingSize, labels, binder));
  }

  private Electra(BertConfig config, int embeddingSize, int labels, Binder binder) {
    this.config = config;
    int hidden = config.hiddenSize();
    Binder electra = binder.at("electra");
    Binder tables = electra.at("embeddings");
    embeddings =
        tables.embeddings(
            embeddingSize,
            tables.norm("LayerNorm", embeddingSize, config.layerNormEpsilon()),
            Table.ofTokens("word_embeddings", config.vocabularySize()),
            Table.ofTypes("token_type_embeddings", config.tokenTypes()),
            Table.of("position_embeddings", config.maxPositions(), PackedBatch::positions));
    projection =
        embeddingSize == hidden
            ? Optional.empty()
            : Optional.of(electra.linear("embeddings_project", embeddingSize, hidden));
    layers = config.layers(electra.at("encoder.layer"));
    head =
        FirstTokenHead.ofRoberta(
            binder.at("classifier"), hidden, labels, Activation.GELU, config.classifierDropout());
    oneCall = projection.isPresent() ? Optional.empty() : binder.oneCall(embeddings, layers, head);
  }

  @Override
  public NDArray hidden(PackedBatch batch, Rows rows, Dropout dropout) {
    NDArray embedded = embeddings.apply(batch);
    NDArray dropped = dropout.apply(embedded, config.hiddenDropout()); // (T, E)
    NDArray x = projection.map(p -> p.apply(dropped)).orElse(dropped); // (T, H)
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
