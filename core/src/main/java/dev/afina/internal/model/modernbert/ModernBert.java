package dev.afina.internal.model.modernbert;

import ai.djl.ndarray.NDArray;
import dev.afina.CheckpointException;
import dev.afina.internal.model.Architecture;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.model.Network;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.Binder.Table;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.Embeddings;
import dev.afina.internal.model.layers.Initial;
import dev.afina.internal.model.layers.Linear;
import dev.afina.internal.model.layers.LinearSpec;
import dev.afina.internal.model.layers.Norm;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.ParameterSpec.Part;
import dev.afina.internal.model.layers.Positions;
import dev.afina.internal.model.layers.PostNormLayer;
import dev.afina.internal.model.layers.Rows;
import java.util.ArrayList;
import java.util.List;

/**
 * ModernBERT (Warner et al. 2024, arXiv 2412.13663) with a head on the first token or the mean of
 * all, as transformers' {@code ModernBertForSequenceClassification}.
 *
 * <p>Layers normalise their input; positions turn queries and keys; most layers see a window only.
 */
public final class ModernBert implements Network {
  private final ModernBertConfig config;
  private final Embeddings embeddings;
  private final List<ModernBertLayer> layers = new ArrayList<>();
  private final Window window;
  private final RotaryTables global;
  private final RotaryTables local;
  private final Norm finalNorm;
  private final Linear dense;
  private final Norm headNorm;
  private final Linear classifier;

  /** Reads the configuration. */
  public static Architecture of(ConfigJson json, int labels) throws CheckpointException {
    ModernBertConfig config = ModernBertConfig.read(json);
    return new Architecture(
        "ModernBertForSequenceClassification",
        "model.",
        config.vocabularySize(),
        config.maxPositions(),
        config.initializerRange(),
        binder -> new ModernBert(config, labels, binder));
  }

  private ModernBert(ModernBertConfig config, int labels, Binder binder) {
    this.config = config;
    int hidden = config.hiddenSize();
    Binder model = binder.at("model");
    Binder tables = model.at("embeddings");
    embeddings =
        tables.embeddings(
            hidden,
            ModernBertLayer.norm(tables, config, "norm"),
            Table.ofTokens("tok_embeddings", config.vocabularySize()));
    for (int i = 0; i < config.layers(); i++) {
      layers.add(new ModernBertLayer(model.at("layers." + i), config, i == 0, fewest(i)));
    }
    window = new Window(config.reach());
    global = new RotaryTables(binder, config.headSize(), config.globalTheta());
    local = new RotaryTables(binder, config.headSize(), config.localTheta());
    finalNorm = ModernBertLayer.norm(model, config, "final_norm");
    dense =
        binder.linear(
            LinearSpec.of("head.dense", hidden, hidden)
                .withBias(config.head().bias())
                .of(Part.HEAD)
                .then(config.head().activation())
                .from(initial(config.initializerRange() / Math.sqrt(2.0 * config.layers()))));
    headNorm = binder.norm(Part.HEAD, "head.norm", hidden, config.normBias(), config.normEpsilon());
    classifier =
        binder.linear(
            LinearSpec.of("classifier", hidden, labels)
                .of(Part.OUTPUT)
                .from(initial(1 / Math.sqrt(hidden))));
  }

  private Initial initial(double deviation) {
    return new Initial.Truncated(deviation, config.initializerCutoff());
  }

  /** The fewest tokens that a layer is asked for. */
  private Rows fewest(int layer) {
    return headRows() == Rows.ALL ? Rows.ALL : Rows.of(layer, config.layers());
  }

  @Override
  public Rows headRows() {
    return config.head().poolsMean() ? Rows.ALL : Rows.FIRST;
  }

  @Override
  public NDArray hidden(PackedBatch batch, Rows rows, Dropout dropout) {
    NDArray embedded = embeddings.apply(batch);
    NDArray x = dropout.apply(embedded, config.embeddingDropout()); // (T, H)
    Positions everywhere = global.rotate(Positions.NONE, batch);
    Rows last = headRows() == Rows.ALL ? Rows.ALL : rows; // the fewest that it was made for
    Positions nearby = local.rotate(window.positions(batch, Rows.ALL), batch);
    for (int i = 0; i < layers.size(); i++) {
      ModernBertLayer layer = layers.get(i);
      boolean isLocal = config.localLayers().get(i);
      Rows asked = i < layers.size() - 1 ? Rows.ALL : last;
      Positions positions =
          isLocal && asked == Rows.FIRST
              ? local.rotate(window.positions(batch, Rows.FIRST), batch)
              : isLocal ? nearby : everywhere;
      x = PostNormLayer.scoped(x, in -> layer.apply(in, batch, asked, positions, dropout));
    }
    NDArray hidden = finalNorm.apply(x);
    return last == rows ? hidden : rows.of(hidden, batch); // (R, H)
  }

  @Override
  public NDArray head(NDArray hidden, PackedBatch batch, Dropout dropout) {
    NDArray pooled = headRows() == Rows.ALL ? batch.means(hidden) : hidden; // (B, H)
    NDArray head = headNorm.apply(dense.apply(pooled));
    return classifier.apply(dropout.apply(head, config.head().dropout())); // (B, C)
  }
}
