package dev.afina;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * A user's executor that never runs a task on the thread that completes a future, which is a worker
 * or the JVM's timer: if it would (a full pool with {@code CallerRunsPolicy}, an executor of the
 * calling thread) or refuses the task, the default executor of {@link CompletableFuture} runs it.
 *
 * @param executor the user's
 */
record Elsewhere(Executor executor) implements Executor {

  @Override
  public void execute(Runnable task) {
    Thread completing = Thread.currentThread();
    Executor other = new CompletableFuture<>().defaultExecutor();
    try {
      executor.execute(
          () -> {
            if (Thread.currentThread() == completing) {
              other.execute(task);
            } else {
              task.run();
            }
          });
    } catch (RejectedExecutionException e) {
      other.execute(task);
    }
  }
}
