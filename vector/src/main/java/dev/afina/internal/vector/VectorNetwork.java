package dev.afina.internal.vector;

import dev.afina.internal.vector.Products.Panel;
import dev.afina.internal.vector.Products.Rows;
import dev.afina.internal.vector.Team.Step;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A network from the ids of one text to its logits: embeddings, layers that add and then normalize,
 * a head of two layers on the first token. The last layer is computed for the first token only.
 *
 * <p>Holds copies of all weights on the heap, except the embedding tables, of which it reads rows.
 * Thread safe.
 */
public final class VectorNetwork {
  /** The units of a step for each thread: few, since each is a turn, but enough to even out. */
  private static final int UNITS_A_THREAD = 4;

  private final Embeddings embeddings;
  private final List<Layer> layers;
  private final Head head;
  private final int hidden; // padded
  private final int wide; // padded
  private final AtomicReference<@Nullable Scratch> kept = new AtomicReference<>();

  /**
   * Embedding tables whose rows are added and normalized.
   *
   * @param tables (rows, H) each, read in place whenever a text is computed
   */
  public record Embeddings(List<FloatBuffer> tables, Norm norm) {}

  /**
   * A layer.
   *
   * @param query (H, H), as are key, value and output
   * @param scale of the scores
   */
  public record Layer(
      Linear query,
      Linear key,
      Linear value,
      int heads,
      double scale,
      Linear output,
      Norm attentionNorm,
      Linear intermediate,
      Linear narrow,
      Norm outputNorm) {}

  /** Two linear layers, each with the activation that follows it. */
  public record Head(Linear dense, Linear output) {}

  /**
   * Puts the parts together.
   *
   * @param layers at least one, of equal sizes
   */
  public VectorNetwork(Embeddings embeddings, List<Layer> layers, Head head) {
    this.embeddings = embeddings;
    this.layers = List.copyOf(layers);
    this.head = head;
    this.hidden = Products.padded(layers.get(0).query.outputs());
    this.wide = Products.padded(layers.get(0).intermediate.outputs());
  }

  /**
   * Computes a text's logits.
   *
   * @param ids the rows of each table, T numbers each, in range
   * @param threads how many threads may compute, the caller's among them
   * @param deadline by {@link System#nanoTime}, looked at many times on the way
   * @return (C); empty if the deadline has passed
   */
  public Optional<float[]> logits(List<long[]> ids, int threads, long deadline) {
    int tokens = ids.get(0).length;
    Scratch scratch = kept.getAndSet(null);
    if (scratch == null || scratch.tokens < tokens) {
      scratch = new Scratch(tokens);
    }
    embed(ids, scratch);
    if (!Team.INSTANCE.run(steps(tokens, scratch, threads), threads, deadline)) {
      return Optional.empty(); // and what another thread may still write into is dropped
    }
    float[] logits = new float[head.output.outputs()];
    System.arraycopy(scratch.logits, 0, logits, 0, logits.length);
    kept.set(scratch);
    return Optional.of(logits);
  }

  /** What a text is computed in. */
  private final class Scratch {
    final int tokens;
    final float[] x; // (T, H), a layer's input and output
    final float[] query; // (T, H)
    final float[] key;
    final float[] value;
    final float[] context;
    final float[] attended;
    final float[] wider; // (T, F)
    final float[] pooled;
    final float[] logits;
    final float[] heads; // for each head its keys, values, scores and context
    final float[] zeros = new float[Products.WIDTH];

    Scratch(int tokens) {
      this.tokens = tokens;
      this.x = new float[tokens * hidden];
      this.query = new float[x.length];
      this.key = new float[x.length];
      this.value = new float[x.length];
      this.context = new float[x.length];
      this.attended = new float[x.length];
      this.wider = new float[tokens * wide];
      this.pooled = new float[Products.padded(head.dense.outputs())];
      this.logits = new float[Products.padded(head.output.outputs())];
      Layer layer = layers.get(0);
      this.heads = new float[layer.heads * HeadSizes.of(layer, tokens).all()];
    }

    Rows hidden(float[] array) {
      return new Rows(array, 0, hidden);
    }
  }

  /**
   * The sizes of one head's attention.
   *
   * @param size D
   * @param padded D in whole panels
   * @param across T in whole panels
   */
  private record HeadSizes(int tokens, int size, int padded, int across) {

    static HeadSizes of(Layer layer, int tokens) {
      int size = layer.query.outputs() / layer.heads;
      return new HeadSizes(tokens, size, Products.padded(size), Products.padded(tokens));
    }

    /** Keys (D, T) and values (T, D) in panels, scores (T, T) and context (T, D). */
    int all() {
      return size * across + tokens * (2 * padded + across);
    }
  }

  private List<Step> steps(int tokens, Scratch in, int threads) {
    int most = UNITS_A_THREAD * threads;
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      int rows = i < layers.size() - 1 ? tokens : 1;
      steps.add(projections(layer, in, tokens, rows, most));
      steps.add(
          new Step(
              layer.heads, number -> attend(layer, HeadSizes.of(layer, tokens), in, number, rows)));
      steps.add(linear(layer.output, in.hidden(in.context), rows, in.hidden(in.attended), most));
      steps.add(addNorm(in.attended, in.x, rows, layer.attentionNorm, most));
      Rows wider = new Rows(in.wider, 0, wide);
      steps.add(linear(layer.intermediate, in.hidden(in.attended), rows, wider, most));
      steps.add(linear(layer.narrow, wider, rows, in.hidden(in.x), most));
      steps.add(addNorm(in.x, in.attended, rows, layer.outputNorm, most));
    }
    Rows pooled = new Rows(in.pooled, 0, in.pooled.length);
    steps.add(linear(head.dense, in.hidden(in.x), 1, pooled, most));
    steps.add(linear(head.output, pooled, 1, new Rows(in.logits, 0, in.logits.length), 1));
    return steps;
  }

  /** Does something from an index to another. */
  private interface Range {
    void run(int from, int to);
  }

  /** A step over {@code size} things, in at most so many units. */
  private static Step step(int size, int most, Range range) {
    int units = Math.min(size, most);
    IntConsumer unit =
        u -> range.run((int) ((long) u * size / units), (int) ((u + 1L) * size / units));
    return new Step(units, unit);
  }

  private static Step linear(Linear layer, Rows x, int rows, Rows y, int most) {
    return step(layer.panels(), most, (from, to) -> layer.apply(x, rows, y, from, to));
  }

  /**
   * On the caller's thread: another one may be late, and read a table that has been freed since.
   */
  private void embed(List<long[]> ids, Scratch in) {
    int size = layers.get(0).query.inputs();
    float[] row = new float[size];
    for (int token = 0; token < ids.get(0).length; token++) {
      int at = token * hidden;
      for (int table = 0; table < ids.size(); table++) {
        int place = Math.toIntExact(ids.get(table)[token] * size);
        if (table == 0) {
          embeddings.tables.get(0).get(place, in.x, at, size);
        } else {
          embeddings.tables.get(table).get(place, row);
          RowFunctions.add(in.x, at, row, 0, size);
        }
      }
      embeddings.norm.apply(in.x, at);
    }
  }

  /** Queries of the first rows; keys and values of all tokens. */
  private static Step projections(Layer layer, Scratch in, int tokens, int rows, int most) {
    int panels = layer.query.panels();
    Rows x = in.hidden(in.x);
    Rows query = in.hidden(in.query);
    Rows key = in.hidden(in.key);
    Rows value = in.hidden(in.value);
    return step(
        3 * panels,
        most,
        (from, to) -> {
          layer.query.apply(x, rows, query, Math.min(from, panels), Math.min(to, panels));
          layer.key.apply(x, tokens, key, within(from, panels), within(to, panels));
          layer.value.apply(
              x, tokens, value, within(from - panels, panels), within(to - panels, panels));
        });
  }

  /** A panel of the second of several layers that stand side by side; its ends for the others. */
  private static int within(int panel, int panels) {
    return Math.min(Math.max(panel - panels, 0), panels);
  }

  /** The context of one head, for the first rows. */
  private void attend(Layer layer, HeadSizes sizes, Scratch in, int number, int rows) {
    int tokens = sizes.tokens;
    int size = sizes.size;
    float[] own = in.heads;
    int keys = number * sizes.all();
    int values = keys + size * sizes.across;
    int scores = values + tokens * sizes.padded;
    int context = scores + tokens * sizes.across;
    int column = number * size;
    for (int token = 0; token < tokens; token++) {
      int at = token * hidden + column;
      for (int d = 0; d < size; d++) {
        own[keys + Products.place(d, token, size)] = in.key[at + d];
        own[values + Products.place(token, d, tokens)] = in.value[at + d];
      }
    }
    Rows query = new Rows(in.query, column, hidden);
    for (int panel = 0; panel < sizes.across; panel += Products.WIDTH) {
      Panel w = new Panel(own, keys + panel * size, size);
      Rows y = new Rows(own, scores + panel, sizes.across);
      Products.multiply(query, rows, w, in.zeros, 0, y);
    }
    for (int row = 0; row < rows; row++) {
      RowFunctions.softmax(own, scores + row * sizes.across, tokens, (float) layer.scale);
    }
    for (int panel = 0; panel < sizes.padded; panel += Products.WIDTH) {
      Panel w = new Panel(own, values + panel * tokens, tokens);
      Rows y = new Rows(own, context + panel, sizes.padded);
      Products.multiply(new Rows(own, scores, sizes.across), rows, w, in.zeros, 0, y);
    }
    for (int row = 0; row < rows; row++) {
      System.arraycopy(own, context + row * sizes.padded, in.context, row * hidden + column, size);
    }
  }

  private Step addNorm(float[] x, float[] residual, int rows, Norm norm, int most) {
    return step(
        rows,
        most,
        (from, to) -> {
          RowFunctions.add(x, from * hidden, residual, from * hidden, (to - from) * hidden);
          for (int row = from; row < to; row++) {
            norm.apply(x, row * hidden);
          }
        });
  }
}
