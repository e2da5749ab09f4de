package dev.afina.internal.tuning;

import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingResult;
import dev.afina.training.TrainingState;
import java.io.IOException;

/**
 * A listener that saves the weights to keep whenever they change, and then calls the user's
 * listener.
 */
public final class WeightSaver implements TrainingListener {
  private final TrainingListener next;
  private final Action save;
  private int step;
  private int epoch;
  private int savedEpoch;

  /** Something that writes. */
  public interface Action {
    void run() throws IOException;
  }

  public WeightSaver(TrainingListener next, Action save) {
    this.next = next;
    this.save = save;
  }

  /** The position in the training of the weights saved last; empty if none were saved. */
  public String saved() {
    return step == 0 ? "" : "epoch " + savedEpoch + ", step " + step;
  }

  private void save(int atStep, int ofEpoch) throws IOException {
    if (atStep != step) {
      save.run();
      step = atStep;
      savedEpoch = ofEpoch;
    }
  }

  @Override
  public void started(Plan plan) {
    next.started(plan);
  }

  @Override
  public void epochStarted(int number) {
    epoch = number;
    next.epochStarted(number);
  }

  @Override
  public void stepped(Step step) {
    next.stepped(step);
  }

  @Override
  public void logged(TrainingState.LogEntry entry) {
    next.logged(entry);
  }

  @Override
  public void evaluated(Evaluated evaluation) throws IOException {
    if (evaluation.best()) {
      save(evaluation.step(), epoch);
    }
    next.evaluated(evaluation);
  }

  @Override
  public void saved(int step) {
    next.saved(step);
  }

  @Override
  public void epochEnded(Epoch ended) throws IOException {
    if (ended.best()) {
      save(ended.step(), ended.epoch());
    }
    next.epochEnded(ended);
  }

  @Override
  public void finished(TrainingResult result) {
    next.finished(result);
  }
}
