package dev.afina.internal.model.albert;

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
import dev.afina.internal.model.layers.Linear;
import dev.afina.internal.model.layers.LinearSpec;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.Positions;
import dev.afina.internal.model.layers.PostNormLayer;
import dev.afina.internal.model.layers.PostNormStack;
import dev.afina.internal.model.layers.Rows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * ALBERT (Lan et al. 2020, arXiv 1909.11942) with a classifier on the pooled first token, as
 * transformers' {@code AlbertForSequenceClassification}.
 *
 * <p>A BERT whose layers share weights, all of them or those of a group, and whose embeddings of
 * another size E are projected to that of the layers.
 */
public final class Albert implements Network {
  private final AlbertConfig config;
  private final Embeddings embeddings;
  private final Linear projection;
  private final PostNormStack layers;
  private final FirstTokenHead head;

  /** Reads the configuration. */
  public static Architecture of(ConfigJson json, int labels) throws CheckpointException {
    AlbertConfig config = AlbertConfig.read(json);
    return new Architecture(
        "AlbertForSequenceClassification",
        "albert.",
        config.vocabularySize(),
        config.maxPositions(),
        config.initializerRange(),
        binder -> new Albert(config, labels, binder));
  }

  private Albert(AlbertConfig config, int labels, Binder binder) {
    this.config = config;
    int hidden = config.hiddenSize();
    int embedded = config.embeddingSize();
    Binder albert = binder.at("albert");
    Binder tables = albert.at("embeddings");
    embeddings =
        tables.embeddings(
            embedded,
            tables.norm("LayerNorm", embedded, config.layerNormEpsilon()),
            Table.ofTokens("word_embeddings", config.vocabularySize()),
            Table.ofTypes("token_type_embeddings", config.tokenTypes()),
            Table.of("position_embeddings", config.maxPositions(), PackedBatch::positions));
    Binder encoder = albert.at("encoder");
    projection = encoder.linear("embedding_hidden_mapping_in", embedded, hidden);
    layers = new PostNormStack(encoder, layers(encoder.at("albert_layer_groups")));
    head =
        new FirstTokenHead(
            binder,
            LinearSpec.of("albert.pooler", hidden, hidden).then(Activation.TANH),
            "classifier",
            labels,
            OptionalDouble.empty(),
            config.classifierDropout());
  }

  /** All layers in the order in which they are run; those of the same weights are one. */
  private List<PostNormLayer> layers(Binder groups) {
    PostNormLayer.Options options = config.layerOptions();
    int count = config.layers() * config.layersOfGroup();
    Map<String, PostNormLayer> made = new HashMap<>();
    List<PostNormLayer> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int group = config.group(i / config.layersOfGroup());
      String name = group + ".albert_layers." + i % config.layersOfGroup();
      Binder layer = groups.at(name);
      Rows rows = Rows.of(i, count);
      PostNormLayer same = made.get(name);
      if (same == null) {
        same = new PostNormLayer(layer, AlbertConfig.KEYS, options, rows);
        made.put(name, same);
      } else if (rows == Rows.FIRST) {
        same = same.withRows(layer, AlbertConfig.KEYS, options, rows);
      }
      all.add(same);
    }
    return all;
  }

  @Override
  public NDArray hidden(PackedBatch batch, Rows rows, Dropout dropout) {
    NDArray embedded = embeddings.apply(batch);
    NDArray dropped = dropout.apply(embedded, config.hiddenDropout()); // (T, E)
    NDArray x = projection.apply(dropped); // (T, H)
    return layers.apply(x, batch, rows, Positions.NONE, dropout); // (R, H)
  }

  @Override
  public NDArray head(NDArray first, PackedBatch batch, Dropout dropout) {
    return head.apply(first, dropout); // (B, C)
  }
}
