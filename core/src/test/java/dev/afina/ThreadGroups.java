package dev.afina;

import dev.afina.training.TrainingGroup;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Stream;

/** Ranks that are threads of this process. */
final class ThreadGroups {
  private final CyclicBarrier barrier;
  private final Object[] given;

  private ThreadGroups(int size) {
    this.barrier = new CyclicBarrier(size);
    this.given = new Object[size];
  }

  /** What each rank does. */
  interface Work<T> {
    T run(TrainingGroup group) throws IOException;
  }

  /** Runs the ranks and gives their results; throws the failure of the first that failed. */
  static <T> List<T> run(int size, Work<T> work) {
    ThreadGroups all = new ThreadGroups(size);
    List<CompletableFuture<T>> results =
        Stream.generate(CompletableFuture<T>::new).limit(size).toList();
    for (int rank = 0; rank < size; rank++) {
      int own = rank;
      CompletableFuture<T> result = results.get(rank);
      new Thread(
              () -> {
                try {
                  result.complete(work.run(all.new Rank(own)));
                } catch (Throwable e) {
                  result.completeExceptionally(e);
                  while (!results.stream().allMatch(CompletableFuture::isDone)) {
                    all.barrier.reset(); // who waits or comes hears that one is gone
                    Thread.onSpinWait();
                  }
                }
              },
              "rank-" + rank)
          .start();
    }
    results.forEach(r -> r.handle((value, failure) -> true).join());
    for (CompletableFuture<T> result : results) {
      try {
        result.join();
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof Gone) && e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
      }
    }
    return results.stream().map(CompletableFuture::join).toList();
  }

  private static final class Gone extends IOException {
    private static final long serialVersionUID = 1;
  }

  private final class Rank implements TrainingGroup {
    private final int rank;

    Rank(int rank) {
      this.rank = rank;
    }

    @Override
    public int rank() {
      return rank;
    }

    @Override
    public int size() {
      return given.length;
    }

    @Override
    public void sum(List<FloatBuffer> values) throws IOException {
      int size = values.stream().mapToInt(FloatBuffer::limit).sum();
      float[] own = new float[size];
      int at = 0;
      for (FloatBuffer part : values) {
        part.get(0, own, at, part.limit());
        at += part.limit();
      }
      float[] sums = new float[size];
      for (Object of : exchange(own)) {
        for (int i = 0; i < size; i++) {
          sums[i] += ((float[]) of)[i];
        }
      }
      at = 0;
      for (FloatBuffer part : values) {
        part.put(0, sums, at, part.limit());
        at += part.limit();
      }
    }

    @Override
    public List<byte[]> gather(byte[] own) throws IOException {
      return Arrays.stream(exchange(own)).map(of -> (byte[]) of).toList();
    }

    private Object[] exchange(Object own) throws IOException {
      given[rank] = own;
      await();
      Object[] all = given.clone();
      await();
      return all;
    }

    private void await() throws IOException {
      try {
        barrier.await();
      } catch (InterruptedException | BrokenBarrierException e) {
        throw new Gone();
      }
    }
  }
}
