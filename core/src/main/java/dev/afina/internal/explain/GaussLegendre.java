package dev.afina.internal.explain;

/**
 * Gauss-Legendre quadrature on [0, 1]: exact for polynomials up to the degree 2n − 1, so that few
 * points serve a smooth function.
 *
 * @param nodes where the function is looked at
 * @param weights of what is found there; their sum is 1
 */
@SuppressWarnings("ArrayRecordComponent") // made here, read by one
record GaussLegendre(double[] nodes, double[] weights) {

  /** The rule of {@code n} points: the roots of the Legendre polynomial Pₙ, by Newton's method. */
  static GaussLegendre of(int n) {
    double[] nodes = new double[n];
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      double x = Math.cos(Math.PI * (n - i - 0.25) / (n + 0.5)); // near the root, in rising order
      double slope = 0;
      double step = 1;
      for (int round = 0; Math.abs(step) > 1e-15 && round < 20; round++) {
        double before = 0;
        double p = 1;
        for (int k = 1; k <= n; k++) { // k·P_k = (2k − 1)·x·P_{k−1} − (k − 1)·P_{k−2}
          double next = ((2 * k - 1) * x * p - (k - 1) * before) / k;
          before = p;
          p = next;
        }
        slope = n * (x * p - before) / (x * x - 1);
        step = p / slope;
        x -= step;
      }
      nodes[i] = (1 + x) / 2;
      weights[i] = 1 / ((1 - x * x) * slope * slope); // half of that on [−1, 1]
    }
    return new GaussLegendre(nodes, weights);
  }
}
