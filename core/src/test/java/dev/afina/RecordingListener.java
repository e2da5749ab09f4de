package dev.afina;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it hears. */
final class RecordingListener implements ModelListener {
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final List<Answer> answers = new CopyOnWriteArrayList<>();
  private final List<Batch> batches = new CopyOnWriteArrayList<>();

  @Override
  public void answered(Answer answer) {
    events.add("answered");
    answers.add(answer);
  }

  @Override
  public void computed(Batch batch) {
    batches.add(batch);
  }

  @Override
  public void refused(OverloadedException refusal) {
    events.add("refused");
  }

  @Override
  public void deadlineMissed(DeadlineExceededException miss) {
    events.add("missed");
  }

  @Override
  public void cancelled() {
    events.add("cancelled");
  }

  @Override
  public void failed(Throwable failure) {
    events.add("failed");
  }

  long count(String event) {
    return events.stream().filter(event::equals).count();
  }

  List<Answer> answers() {
    return answers;
  }

  List<Batch> batches() {
    return batches;
  }

  int textsInBatches() {
    return batches.stream().mapToInt(Batch::texts).sum();
  }
}
