package dev.afina.training;

import java.io.IOException;
import java.util.List;

/** Several listeners as one; each receives every event, in order. */
record Listeners(List<TrainingListener> all) implements TrainingListener {
  Listeners {
    all = List.copyOf(all);
  }

  @Override
  public void started(Plan plan) {
    all.forEach(listener -> listener.started(plan));
  }

  @Override
  public void epochStarted(int epoch) {
    all.forEach(listener -> listener.epochStarted(epoch));
  }

  @Override
  public void stepped(Step step) {
    all.forEach(listener -> listener.stepped(step));
  }

  @Override
  public void logged(TrainingState.LogEntry entry) {
    all.forEach(listener -> listener.logged(entry));
  }

  @Override
  public void evaluated(Evaluated evaluation) throws IOException {
    for (TrainingListener listener : all) {
      listener.evaluated(evaluation);
    }
  }

  @Override
  public void saved(int step) {
    all.forEach(listener -> listener.saved(step));
  }

  @Override
  public void epochEnded(Epoch epoch) throws IOException {
    for (TrainingListener listener : all) {
      listener.epochEnded(epoch);
    }
  }

  @Override
  public void finished(TrainingResult result) {
    all.forEach(listener -> listener.finished(result));
  }
}
