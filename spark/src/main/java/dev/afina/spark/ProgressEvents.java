package dev.afina.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.util.AccumulatorV2;

/**
 * The latest events of a training as an accumulator, which Spark sends to the driver with each
 * heartbeat and at the end of the task.
 *
 * <p>Of consecutive updates only the last is kept, and of all events the last thousand; the driver
 * has seen earlier ones. The heartbeat thread reads while the task's thread adds, so the list is
 * never modified in place.
 */
final class ProgressEvents extends AccumulatorV2<ProgressEvent, List<ProgressEvent>> {
  private static final long serialVersionUID = 1;
  private static final int KEPT = 1_000;

  private volatile ArrayList<ProgressEvent> events = new ArrayList<>();

  @Override
  public boolean isZero() {
    return events.isEmpty();
  }

  @Override
  public ProgressEvents copy() {
    ProgressEvents copy = new ProgressEvents();
    copy.events = events;
    return copy;
  }

  @Override
  public void reset() {
    events = new ArrayList<>();
  }

  @Override
  public synchronized void add(ProgressEvent event) {
    ArrayList<ProgressEvent> with = new ArrayList<>(events);
    int last = with.size() - 1;
    if (last >= 0 && isStep(event) && isStep(with.get(last))) {
      with.set(last, event);
    } else {
      with.add(event);
    }
    events = new ArrayList<>(with.subList(Math.max(0, with.size() - KEPT), with.size()));
  }

  private static boolean isStep(ProgressEvent event) {
    return event.what() instanceof ProgressEvent.Stepped;
  }

  @Override
  public synchronized void merge(AccumulatorV2<ProgressEvent, List<ProgressEvent>> other) {
    ArrayList<ProgressEvent> all = new ArrayList<>(events);
    all.addAll(other.value());
    events = all;
  }

  /** The events in order. */
  @Override
  public List<ProgressEvent> value() {
    return List.copyOf(events);
  }
}
