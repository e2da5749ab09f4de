package dev.afina;

import dev.afina.training.TrainingListener;

/** Ends a training by an error after a step. */
record FailAt(int step) implements TrainingListener {
  @Override
  public void stepped(Step stepped) {
    if (stepped.step() == step) {
      throw new IllegalStateException("on purpose");
    }
  }
}
