package dev.afina.internal.model.roberta;

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
import dev.afina.internal.model.layers.Positions;
import dev.afina.internal.model.layers.PostNormStack;
import dev.afina.internal.model.layers.Rows;
import java.util.Optional;

/**
 * RoBERTa (Liu et al. 2019, arXiv 1907.11692) with a two-layer head on the first token, as
 * transformers' {@code RobertaForSequenceClassification}, and its descendants of other names.
 *
 * <p>The encoder is BERT's. What differs: positions begin after the padding id, there is no pooler,
 * and there is mostly one token type.
 */
public final class Roberta implements Network {
  /** That of transformers' {@code RobertaConfig}; positions are counted from it. */
  private static final int DEFAULT_PADDING_ID = 1;

  private final BertConfig config;
  private final Embeddings embeddings;
  private final PostNormStack layers;
  private final FirstTokenHead head;
  private final Optional<OneCall> oneCall;

  /** Reads the configuration, whose keys are BERT's. */
  public static Architecture of(ConfigJson json, int labels) throws CheckpointException {
    return of(json, labels, "RobertaForSequenceClassification");
  }

  private static Architecture of(ConfigJson json, int labels, String transformersClass)
      throws CheckpointException {
    BertConfig config = BertConfig.read(json, DEFAULT_PADDING_ID);
    if (config.paddingId() == BertConfig.NO_PADDING) {
      throw new CheckpointException(
          json.where() + ": pad_token_id: expected a number, got null; positions count from it");
    }
    return new Architecture(
        transformersClass,
        "roberta.",
        config.vocabularySize(),
        config.tokensAfter(config.paddingId(), json),
        config.initializerRange(),
        binder -> new Roberta(config, labels, binder));
  }

  /**
   * XLM-RoBERTa (Conneau et al. 2020, arXiv 1911.02116): RoBERTa on a hundred languages, with the
   * keys of RoBERTa.
   */
  public static Architecture multilingual(ConfigJson json, int labels) throws CheckpointException {
    return of(json, labels, "XLMRobertaForSequenceClassification");
  }

  /** CamemBERT (Martin et al. 2020, arXiv 1911.03894): RoBERTa on French, with its keys. */
  public static Architecture camembert(ConfigJson json, int labels) throws CheckpointException {
    return of(json, labels, "CamembertForSequenceClassification");
  }

  private Roberta(BertConfig config, int labels, Binder binder) {
    this.config = config;
    int hidden = config.hiddenSize();
    Binder roberta = binder.at("roberta");
    Binder tables = roberta.at("embeddings");
    embeddings =
        tables.embeddings(
            hidden,
            tables.norm("LayerNorm", hidden, config.layerNormEpsilon()),
            Table.ofTokens("word_embeddings", config.vocabularySize()),
            types(config.tokenTypes()),
            Table.of(
                "position_embeddings",
                config.maxPositions(),
                batch -> batch.positionsAfter(config.paddingId())));
    layers = config.layers(roberta.at("encoder.layer"));
    head =
        FirstTokenHead.ofRoberta(
            binder.at("classifier"), hidden, labels, Activation.TANH, config.classifierDropout());
    oneCall = binder.oneCall(embeddings, layers, head);
  }

  /**
   * With one type, as usual, it counts for the second text, too, although a tokenizer of BERT's
   * kind gives that another one.
   */
  private static Table types(int types) {
    String name = "token_type_embeddings";
    return types == 1
        ? Table.of(name, types, batch -> new long[batch.tokens()])
        : Table.ofTypes(name, types);
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
