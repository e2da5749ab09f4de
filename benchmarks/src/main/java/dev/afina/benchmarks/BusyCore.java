package dev.afina.benchmarks;

/**
 * Another program that keeps a core busy: a thread of this process, which otherwise waits for the
 * two that are measured.
 */
final class BusyCore implements AutoCloseable {
  private volatile boolean ended;

  private BusyCore() {}

  static BusyCore start() {
    BusyCore busy = new BusyCore();
    Thread thread = new Thread(busy::spin, "busy-core");
    thread.setDaemon(true);
    thread.start();
    return busy;
  }

  private void spin() {
    while (!ended) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    ended = true;
  }
}
