package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.PyTorch;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Dropout for a training that is divided among processes: what is dropped of a text depends on the
 * seed, the update, the text and the layer, and on nothing else. So it does not matter who computes
 * the text, and with which others.
 *
 * <p>It has no state but the number of the update, which the trainer tells, and whether anything
 * was dropped.
 */
final class DropoutByText extends Dropout {
  private static final long SHARED = -1;

  private final long seed;
  private final OptionalDouble override;
  private final AtomicBoolean used = new AtomicBoolean();
  private volatile int update;

  DropoutByText(long seed, OptionalDouble override) {
    super(seed, override);
    this.seed = seed;
    this.override = override;
  }

  @Override
  public void updateBegins(int number) {
    update = number;
  }

  @Override
  public Dropout ofShard(int i) {
    return this;
  }

  @Override
  public boolean isUsed() {
    return used.get();
  }

  @Override
  public List<Long> state() {
    return isUsed() ? List.of(seed) : List.of();
  }

  @Override
  public void restore(List<Long> states) {
    used.set(!states.isEmpty());
  }

  @Override
  public Dropout of(PackedBatch batch, long... texts) {
    return new OfBatch(mix(mix(seed) + update), override, used, batch, texts);
  }

  @Override
  NDArray mask(NDManager manager, Shape shape, double rate) {
    throw new IllegalStateException("dropout by text is asked by way of a batch");
  }

  /** One forward pass over a batch. Used by one thread. */
  private static final class OfBatch extends Dropout {
    private final long key;
    private final AtomicBoolean used;
    private final long[] texts;
    private final long[] lengths;
    private int site;

    OfBatch(
        long key, OptionalDouble override, AtomicBoolean used, PackedBatch batch, long... texts) {
      super(key, override);
      this.key = key;
      this.used = used;
      this.texts = texts;
      this.lengths =
          batch.groups().stream()
              .flatMapToLong(g -> Arrays.stream(repeated(g.length(), g.texts())))
              .toArray();
    }

    /** Rows are the tokens of all texts, or one row is one text. */
    @Override
    NDArray mask(NDManager manager, Shape shape, double rate) {
      long rows = shape.get(0);
      long ofRow = shape.size() / rows;
      long tokens = Arrays.stream(lengths).sum();
      if (rows != tokens && rows != texts.length) {
        throw new IllegalStateException(
            "dropout: expected a row for each of %s tokens or %s texts, got %s"
                .formatted(tokens, texts.length, rows));
      }
      long[] ofTexts = rows == tokens ? lengths : repeated(1, texts.length);
      return filled(manager, shape, Arrays.stream(ofTexts).map(n -> n * ofRow).toArray(), rate);
    }

    @Override
    NDArray mask(NDManager manager, long[] ofTexts, double rate) {
      return filled(manager, new Shape(Arrays.stream(ofTexts).sum()), ofTexts, rate);
    }

    private NDArray filled(NDManager manager, Shape shape, long[] ofTexts, double rate) {
      NDArray mask = manager.create(shape);
      FloatBuffer memory = PyTorch.memory(mask);
      used.set(true);
      site++;
      int from = 0;
      for (int i = 0; i < texts.length; i++) {
        int size = Math.toIntExact(ofTexts[i]);
        fill(memory.slice(from, size), rate, start(texts[i]));
        from += size;
      }
      return mask;
    }

    /** All texts of an update have the same mask, by the number of the row. */
    @Override
    NDArray maskOfTable(NDManager manager, Shape shape, long firstRow, double rate) {
      NDArray mask = manager.create(shape);
      FloatBuffer memory = PyTorch.memory(mask);
      used.set(true);
      site++;
      int ofRow = Math.toIntExact(shape.size() / shape.get(0));
      for (int row = 0; row < shape.get(0); row++) {
        fill(memory.slice(row * ofRow, ofRow), rate, start(SHARED) + mix(firstRow + row));
      }
      return mask;
    }

    private long start(long text) {
      return mix(mix(key + text) + site);
    }

    private static long[] repeated(long value, int times) {
      long[] values = new long[times];
      Arrays.fill(values, value);
      return values;
    }
  }
}
