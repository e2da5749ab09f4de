package dev.afina.benchmarks;

/** The sizes of Turc et al. 2019 (arXiv 1908.08962), and MiniLM's. */
enum ModelSize {
  TINY("tiny 2×128", 2, 128, 2),
  MINI("mini 4×256", 4, 256, 4),
  SMALL("small 4×512", 4, 512, 8),
  MEDIUM("medium 8×512", 8, 512, 8),
  BASE("base 12×768", 12, 768, 12),
  MINILM("MiniLM-L6 6×384", 6, 384, 12);

  private final String title;
  private final int layers;
  private final int hidden;
  private final int heads;

  ModelSize(String title, int layers, int hidden, int heads) {
    this.title = title;
    this.layers = layers;
    this.hidden = hidden;
    this.heads = heads;
  }

  /** For people. */
  String title() {
    return title;
  }

  int layers() {
    return layers;
  }

  int hidden() {
    return hidden;
  }

  int heads() {
    return heads;
  }

  /** About how many times as much work as MiniLM. */
  double work() {
    return (double) layers * hidden * hidden / (MINILM.layers * MINILM.hidden * MINILM.hidden);
  }
}
