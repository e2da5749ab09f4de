package dev.afina.spark;

import dev.afina.training.TrainingListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Reports the progress of a training to a listener on the driver while its job runs. The thread
 * that waits for the job calls the listener, so that a slow listener does not block Spark's
 * threads.
 */
final class DriverProgress implements AutoCloseable {
  private static final long POLL_MILLIS = 50;

  private final SparkContext spark;
  private final ProgressEvents events;
  private final TrainingListener listener;
  private final Heartbeats heartbeats = new Heartbeats();
  private final BlockingQueue<List<?>> arrived = new LinkedBlockingQueue<>();
  private int attempt;
  private long told;

  DriverProgress(SparkContext spark, ProgressEvents events, TrainingListener listener) {
    this.spark = spark;
    this.events = events;
    this.listener = listener;
    spark.addSparkListener(heartbeats);
  }

  /**
   * Reads accumulators from heartbeats, because they have no value on the driver before their task
   * ends.
   */
  private final class Heartbeats extends SparkListener {
    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
      for (var task : CollectionConverters.asJava(update.accumUpdates())) {
        for (AccumulableInfo info : CollectionConverters.asJava(task._4())) {
          if (info.id() == events.id()
              && info.update().isDefined()
              && info.update().get() instanceof List<?> list) {
            arrived.add(list);
          }
        }
      }
    }
  }

  /**
   * Waits for the job and reports events as they arrive, and those left at the end. If the listener
   * throws or the thread is interrupted, the job is cancelled.
   *
   * @throws ExecutionException if the job fails
   * @throws IOException if the listener throws it
   */
  <T> T until(Future<T> job) throws ExecutionException, IOException {
    boolean ended = false;
    try {
      while (!job.isDone()) {
        List<?> list = arrived.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (list != null) {
          tell(list);
        }
      }
      T result = job.get();
      ended = true;
      tell(events.value());
      return result;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("fit was interrupted; the training is cancelled");
    } finally {
      if (!ended) {
        boolean unused = job.cancel(true);
      }
    }
  }

  /** Reports the events that were not reported before. */
  private void tell(List<?> list) throws IOException {
    for (Object each : list) {
      if (each instanceof ProgressEvent event && isNew(event)) {
        attempt = event.attempt();
        told = event.number();
        event.what().tell(listener);
      }
    }
  }

  private boolean isNew(ProgressEvent event) {
    return event.attempt() > attempt || (event.attempt() == attempt && event.number() > told);
  }

  @Override
  public void close() {
    spark.removeSparkListener(heartbeats);
  }
}
