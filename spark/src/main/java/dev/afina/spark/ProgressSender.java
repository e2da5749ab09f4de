package dev.afina.spark;

import dev.afina.training.TrainingListener;

/** Adds the progress of rank 0 to the accumulator that Spark sends to the driver. */
final class ProgressSender implements TrainingListener {
  private final ProgressEvents events;
  private final int attempt;
  private long number;

  /**
   * @param attempt the attempt of the stage, from 0
   */
  ProgressSender(ProgressEvents events, int attempt) {
    this.events = events;
    this.attempt = attempt;
  }

  private void send(ProgressEvent.What what) {
    number++;
    events.add(new ProgressEvent(attempt, number, what));
  }

  @Override
  public void started(Plan plan) {
    send(ProgressEvent.Started.of(plan));
  }

  @Override
  public void epochStarted(int epoch) {
    send(new ProgressEvent.EpochStarted(epoch));
  }

  @Override
  public void stepped(Step step) {
    send(ProgressEvent.Stepped.of(step));
  }

  @Override
  public void evaluated(Evaluated evaluation) {
    send(ProgressEvent.Evaluated.of(evaluation));
  }

  @Override
  public void saved(int step) {
    send(new ProgressEvent.Saved(step));
  }

  @Override
  public void epochEnded(Epoch epoch) {
    send(ProgressEvent.EpochEnded.of(epoch));
  }
}
