package dev.afina.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A response body whose reads fail if no byte arrives for too long, or if the reading thread is
 * interrupted. The JDK's own stream does neither: its timeout covers only the headers, and JDK 17
 * ignores interrupts.
 *
 * <p>One thread reads; the client's threads deliver.
 */
final class GuardedBody extends InputStream implements HttpResponse.BodySubscriber<InputStream> {
  /** A delivery of the client: bytes, or the end (with or without an error). */
  private record Delivery(List<ByteBuffer> bytes, boolean last, @Nullable Throwable error) {}

  private final Duration timeout;
  private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
  private final Queue<ByteBuffer> ready = new ArrayDeque<>();
  private @Nullable Delivery end;

  // Guarded by this.
  private Flow.@Nullable Subscription subscription;
  private boolean closed;

  GuardedBody(Duration timeout) {
    this.timeout = timeout;
  }

  @Override
  public CompletionStage<InputStream> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public synchronized void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    if (closed) {
      subscription.cancel();
    } else {
      subscription.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    deliveries.add(new Delivery(bytes, false, null));
  }

  @Override
  public void onError(Throwable error) {
    deliveries.add(new Delivery(List.of(), true, error));
  }

  @Override
  public void onComplete() {
    deliveries.add(new Delivery(List.of(), true, null));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int start, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    ByteBuffer next = next();
    if (next == null) {
      return -1;
    }
    int count = Math.min(length, next.remaining());
    next.get(bytes, start, count);
    return count;
  }

  /** The buffer with the next byte; null at the end. */
  private @Nullable ByteBuffer next() throws IOException {
    while (true) {
      ByteBuffer first = ready.peek();
      if (first != null && first.hasRemaining()) {
        return first;
      }
      if (first != null) {
        ready.remove();
        if (ready.isEmpty()) {
          request();
        }
        continue;
      }
      if (end != null) {
        if (end.error() != null) {
          String message = end.error().getMessage();
          throw new IOException(
              message == null ? "the connection broke off" : message, end.error());
        }
        return null;
      }
      Delivery delivery = awaited();
      if (delivery.last()) {
        end = delivery;
      } else if (delivery.bytes().isEmpty()) {
        request();
      } else {
        ready.addAll(delivery.bytes());
      }
    }
  }

  private Delivery awaited() throws IOException {
    Delivery delivery;
    try {
      delivery = deliveries.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading an answer");
    }
    if (delivery == null) {
      throw new HttpTimeoutException("no data for " + timeout.toMillis() + " ms");
    }
    return delivery;
  }

  private synchronized void request() {
    if (subscription != null && !closed) {
      subscription.request(1);
    }
  }

  /** Ends the transfer, closing the connection unless the body is complete. */
  @Override
  public synchronized void close() {
    closed = true;
    if (subscription != null) {
      subscription.cancel();
    }
  }
}
