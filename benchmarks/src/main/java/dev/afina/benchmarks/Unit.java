package dev.afina.benchmarks;

/** What a row's figures are, and so which way their ratio goes. */
enum Unit {
  TEXTS_PER_SECOND("texts/s", false),
  GFLOP_PER_SECOND("GFLOP/s", false),
  MEGABYTES_PER_SECOND("MB/s", false),
  /** Latency: the ratio is the peer's by ours, so that more is better as with speed. */
  MILLISECONDS("ms", true),
  /** Cost of a whole: the ratio is ours by the peer's, a share. */
  SECONDS("s", false),
  MEBIBYTES("MiB", false);

  private final String symbol;
  private final boolean inverse;

  Unit(String symbol, boolean inverse) {
    this.symbol = symbol;
    this.inverse = inverse;
  }

  String symbol() {
    return symbol;
  }

  double ratio(double ours, double peer) {
    return inverse ? peer / ours : ours / peer;
  }
}
