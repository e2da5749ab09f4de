package dev.afina.benchmarks;

import java.io.IOException;
import java.nio.file.Path;

/** The data sets of the training rows, with their models and limits. */
enum TrainingSetting {
  EMOTION(BenchData.Source.EMOTION, 16, Lab.MAX_TOKENS),
  BANKING77(BenchData.Source.BANKING77, 16, 128),
  IMDB(BenchData.Source.IMDB, 8, 256);

  private final BenchData.Source source;
  private final int batchSize;
  private final int maxTokens;

  TrainingSetting(BenchData.Source source, int batchSize, int maxTokens) {
    this.source = source;
    this.batchSize = batchSize;
    this.maxTokens = maxTokens;
  }

  int batchSize() {
    return batchSize;
  }

  int maxTokens() {
    return maxTokens;
  }

  Texts texts(Lab lab) throws IOException {
    return lab.data().take(source, texts(lab.scale()));
  }

  /** Of one round. */
  int updates(Scale scale) {
    return texts(scale) / batchSize;
  }

  private int texts(Scale scale) {
    return this == IMDB ? scale.longTexts() : scale.trainTexts();
  }

  Path model(Lab lab, Texts texts) throws IOException {
    return this == IMDB ? lab.base(texts) : lab.start(texts, maxTokens);
  }

  int gateSteps(Scale scale) {
    return this == IMDB ? scale.longGateSteps() : scale.gateSteps();
  }
}
