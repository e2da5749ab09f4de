package dev.afina.internal.model.deberta;

/**
 * The row of the relative embedding by the distance of two tokens, query minus key. Near distances
 * have a row each; where there are buckets, far ones share rows, the more the farther they are, on
 * a logarithmic scale.
 *
 * @param span half of the rows; row {@code span} is of distance 0
 * @param buckets as many buckets, or 0 for none
 * @param farthest the distance that ends the logarithmic scale
 */
record Distances(int span, int buckets, int farthest) {

  /** The row of a distance, 0 to 2 · span − 1; it never decreases with the distance. */
  int row(int distance) {
    int place = buckets == 0 ? distance : Integer.signum(distance) * bucket(Math.abs(distance));
    return (int) Math.max(0, Math.min((long) span + place, 2L * span - 1));
  }

  /** Rounded as transformers does, in float32. */
  private int bucket(int distance) {
    int half = buckets / 2;
    if (distance <= half) {
      return distance;
    }
    float share = log((float) distance / half) / log((float) ((farthest - 1) / (double) half));
    return (int) Math.ceil(share * (half - 1)) + half;
  }

  private static float log(float x) {
    return (float) Math.log(x);
  }
}
