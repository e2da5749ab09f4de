package dev.afina;

import dev.afina.internal.model.HeadForm;
import dev.afina.tokenization.Encoding;
import java.util.List;

/**
 * How the hidden states of a text's tokens are combined into one vector. Immutable.
 *
 * <p>{@link #MEAN} suits search, clustering and finding duplicates; {@link #FIRST} is what most
 * classification heads read.
 */
public final class Pooling {
  /**
   * The mean over all tokens, special tokens included, as in sentence-transformers. The last layer
   * must be computed for all tokens, whereas most predictions need only the first: about a seventh
   * more work for a model with six layers, less for a deeper one.
   */
  public static final Pooling MEAN = new Pooling("mean", false);

  /** The first token, which is [CLS] in most models. Costs as much as a prediction. */
  public static final Pooling FIRST = new Pooling("first", false);

  private final String name;
  private final boolean normalized;

  private Pooling(String name, boolean normalized) {
    this.name = name;
    this.normalized = normalized;
  }

  /**
   * The same pooling, with the vector divided by its L2 norm, so that the dot product of two
   * vectors is their cosine similarity. A zero vector is returned unchanged.
   */
  public Pooling normalized() {
    return new Pooling(name, true);
  }

  /** Which hidden states are read. */
  HeadForm.Pooling ofTokens() {
    return name.equals(MEAN.name) ? HeadForm.Pooling.MEAN : HeadForm.Pooling.FIRST_TOKEN;
  }

  /**
   * The vector of a text: the mean of its windows', by their tokens, as it is asked for.
   *
   * @param pooled of each window
   */
  float[] of(List<Encoding> windows, List<float[]> pooled) {
    if (pooled.size() == 1) {
      return finish(pooled.get(0));
    }
    double tokens = windows.stream().mapToInt(Encoding::size).sum();
    float[] mean = new float[pooled.get(0).length];
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      for (int window = 0; window < pooled.size(); window++) {
        sum += windows.get(window).size() / tokens * pooled.get(window)[i];
      }
      mean[i] = (float) sum;
    }
    return finish(mean);
  }

  float[] finish(float[] pooled) {
    if (!normalized) {
      return pooled;
    }
    double squares = 0;
    for (float x : pooled) {
      squares += (double) x * x;
    }
    if (squares == 0) {
      return pooled;
    }
    float[] unit = new float[pooled.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (pooled[i] / Math.sqrt(squares));
    }
    return unit;
  }

  /** For example {@code mean, normalized}. */
  @Override
  public String toString() {
    return normalized ? name + ", normalized" : name;
  }
}
