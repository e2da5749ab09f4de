package dev.afina;

import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingResult;
import java.io.IOException;

/** Saves after each epoch that counts, then tells the user's listener. */
final class EpochSaver implements TrainingListener {
  private final TrainingListener next;
  private final Action save;
  private int epoch;

  /** Something that writes. */
  interface Action {
    void run() throws IOException;
  }

  EpochSaver(TrainingListener next, Action save) {
    this.next = next;
    this.save = save;
  }

  /** The number of the epoch saved last, 0 before the first. */
  int epoch() {
    return epoch;
  }

  @Override
  public void started(Plan plan) {
    next.started(plan);
  }

  @Override
  public void stepped(Step step) {
    next.stepped(step);
  }

  @Override
  public void epochEnded(Epoch epoch) throws IOException {
    if (epoch.best()) {
      save.run();
      this.epoch = epoch.epoch();
    }
    next.epochEnded(epoch);
  }

  @Override
  public void finished(TrainingResult result) {
    next.finished(result);
  }
}
