package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.PyTorch;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.LongStream;

/**
 * Inverted dropout: each element becomes 0 with the probability {@code rate} and is divided by (1 −
 * rate) otherwise.
 *
 * <p>The masks come from a generator of our own, for two reasons. The stream belongs to one
 * training, so its seed decides its numbers whatever else the process draws; and torch's generator
 * is serial and slow here: 7.6 to 9 ns an element against about 2.
 *
 * <p>{@link DropoutByText} and a test extend it.
 */
public class Dropout {
  /** Leaves everything as it is: for prediction and evaluation. */
  public static final Dropout NONE = new Dropout(0, OptionalDouble.of(0));

  private final long seed;
  private final OptionalDouble override;
  private final List<Dropout> parts = new ArrayList<>();
  private long state;
  private float[] chunk = new float[0];

  Dropout(long seed, OptionalDouble override) {
    this.seed = seed;
    this.state = seed;
    this.override = override;
  }

  /**
   * Dropout for one training. Each part of a batch that is computed at the same time uses its own:
   * see {@link #ofShard}.
   *
   * @param override a rate in [0, 1) that replaces those of the checkpoint, or empty
   */
  public static Dropout seeded(long seed, OptionalDouble override) {
    return new Dropout(seed, override);
  }

  /**
   * Dropout for a training that is divided among processes: what is dropped of a text depends on
   * the seed, the update, the text and the layer only.
   *
   * @param override a rate in [0, 1) that replaces those of the checkpoint, or empty
   */
  public static Dropout byText(long seed, OptionalDouble override) {
    return new DropoutByText(seed, override);
  }

  /**
   * Told before each update.
   *
   * @param number updates done so far
   */
  public void updateBegins(int number) {
    // the stream goes on
  }

  /**
   * The dropout of one forward pass.
   *
   * @param texts a number for each text of the batch, in its order, that no other text has
   */
  public Dropout of(PackedBatch batch, long... texts) {
    return this;
  }

  /**
   * The generator of the batches' part {@code i}: this one for part 0. Parts are asked for by one
   * thread, and each is then used by one thread at a time.
   */
  public Dropout ofShard(int i) {
    if (i == 0) {
      return this;
    }
    while (parts.size() < i) {
      parts.add(new Dropout(mix(mix(seed) + parts.size() + 1), override)); // far from each other
    }
    return parts.get(i - 1);
  }

  /** Whether anything was dropped so far, by this one and by those of other parts. */
  public boolean isUsed() {
    return state != seed || parts.stream().anyMatch(Dropout::isUsed);
  }

  /**
   * The generators' states, of all parts so far: from here the same numbers follow. Empty if
   * nothing was dropped.
   */
  public List<Long> state() {
    if (!isUsed()) {
      return List.of();
    }
    List<Long> states = new ArrayList<>();
    states.add(state);
    parts.forEach(part -> states.add(part.state));
    return states;
  }

  /** Goes on from what {@link #state()} gave. */
  public void restore(List<Long> states) {
    for (int i = 0; i < states.size(); i++) {
      ofShard(i).state = states.get(i);
    }
  }

  /**
   * Whether anything is dropped.
   *
   * @param configured the rate by the checkpoint's configuration
   */
  public boolean drops(double configured) {
    return override.orElse(configured) != 0;
  }

  /**
   * {@code x} with elements dropped, in x's manager; x itself where nothing is dropped.
   *
   * @param configured the rate by the checkpoint's configuration
   */
  public NDArray apply(NDArray x, double configured) {
    double rate = override.orElse(configured);
    return rate == 0 ? x : x.mul(mask(x.getManager(), x.getShape(), rate));
  }

  /** The same at a rate that is not the checkpoint's, so that no other replaces it. */
  public NDArray applyAt(double rate, NDArray x) {
    return rate == 0 ? x : x.mul(mask(x.getManager(), x.getShape(), rate));
  }

  /**
   * {@code x} with elements dropped, where x is no text's but some rows of a table.
   *
   * @param x (R, H), the rows of the table from {@code firstRow} on
   * @param configured the rate by the checkpoint's configuration
   */
  public NDArray applyToTable(NDArray x, long firstRow, double configured) {
    double rate = override.orElse(configured);
    return rate == 0 ? x : x.mul(maskOfTable(x.getManager(), x.getShape(), firstRow, rate));
  }

  /**
   * What {@link #apply} would multiply the elements of arrays with; empty where nothing is dropped.
   *
   * @param ofTexts how many elements each text of the batch has, in its order
   */
  Optional<NDArray> masks(NDManager manager, long[] ofTexts, double configured) {
    double rate = override.orElse(configured);
    return rate == 0 ? Optional.empty() : Optional.of(mask(manager, ofTexts, rate));
  }

  NDArray mask(NDManager manager, long[] ofTexts, double rate) {
    return mask(manager, new Shape(LongStream.of(ofTexts).sum()), rate);
  }

  NDArray maskOfTable(NDManager manager, Shape shape, long firstRow, double rate) {
    return mask(manager, shape, rate);
  }

  /** Of each element, what it is multiplied with. */
  NDArray mask(NDManager manager, Shape shape, double rate) {
    NDArray mask = manager.create(shape);
    fill(PyTorch.memory(mask), rate);
    return mask;
  }

  /** Fills it with a stream that begins at {@code start}. */
  final void fill(FloatBuffer mask, double rate, long start) {
    state = start;
    fill(mask, rate);
  }

  private void fill(FloatBuffer mask, double rate) {
    int size = Math.min(mask.remaining(), 1 << 14);
    if (chunk.length < size) {
      chunk = new float[size];
    }
    float kept = (float) (1 / (1 - rate));
    // Kept when the upper or lower half of 64 random bits, as an unsigned number, is over the rate.
    long threshold = (long) (rate * (1L << 32));
    while (mask.hasRemaining()) {
      int n = Math.min(mask.remaining(), chunk.length);
      for (int i = 0; i < n; i += 2) {
        long bits = next();
        chunk[i] = (bits >>> 32) >= threshold ? kept : 0f;
        if (i + 1 < n) {
          chunk[i + 1] = (bits & 0xFFFF_FFFFL) >= threshold ? kept : 0f;
        }
      }
      mask.put(chunk, 0, n);
    }
  }

  /** SplitMix64 (Steele, Lea and Flood 2014): a counter through a mixing function. */
  private long next() {
    state += 0x9E37_79B9_7F4A_7C15L;
    return mix(state);
  }

  static long mix(long bits) {
    long z = bits;
    z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
    return z ^ (z >>> 31);
  }
}
