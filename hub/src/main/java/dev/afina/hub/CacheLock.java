package dev.afina.hub;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps threads and processes from downloading the same blob at the same time.
 *
 * <p>The lock only saves work: the cache is correct without it, because every download has its own
 * file that is renamed into place. So on file systems without locks, none is used. Python's client
 * locks the same files, but on Linux with {@code flock}, which is independent of this lock ({@code
 * fcntl}): a Java and a Python process may both download a file, and one of the equal copies
 * remains.
 */
final class CacheLock implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(CacheLock.class);
  private static final long POLL_MILLIS = 20;

  /**
   * Queues the threads of this JVM, of which only the first opens the file: on POSIX systems,
   * closing any channel of a file releases the lock that another thread holds through its own
   * channel.
   */
  private static final ConcurrentMap<Path, Turn> TURNS = new ConcurrentHashMap<>();

  private static final class Turn {
    private final ReentrantLock lock = new ReentrantLock(true);
    private int users; // only modified inside TURNS.compute
  }

  private final Path file;
  private final Turn turn;
  private @Nullable FileChannel channel;
  private boolean exclusive;

  private CacheLock(Path file, Turn turn) {
    this.file = file;
    this.turn = turn;
  }

  /**
   * Waits for the lock.
   *
   * @throws InterruptedIOException when the thread is interrupted meanwhile
   */
  static CacheLock acquire(Path file) throws IOException {
    CacheLock lock = enqueued(file);
    boolean complete = false;
    try {
      lock.await();
      complete = true;
      return lock;
    } finally {
      if (!complete) {
        lock.close();
      }
    }
  }

  /**
   * Acquires the lock if that is possible without waiting; always succeeds if the file system has
   * no locks.
   *
   * @return empty if another thread or process has it
   */
  static Optional<CacheLock> tryAcquire(Path file) throws IOException {
    CacheLock lock = enqueued(file);
    boolean complete = false;
    try {
      complete = lock.turn.lock.tryLock() && lock.open() != Outcome.BUSY;
      return complete ? Optional.of(lock) : Optional.empty();
    } finally {
      if (!complete) {
        lock.close();
      }
    }
  }

  /** Whether other processes are excluded too. */
  boolean isExclusive() {
    return exclusive;
  }

  @Override
  public void close() throws IOException {
    try {
      if (channel != null) {
        channel.close(); // and with it the lock
      }
    } finally {
      if (turn.lock.isHeldByCurrentThread()) {
        turn.lock.unlock();
      }
      TURNS.computeIfPresent(file, (path, used) -> --used.users == 0 ? null : used);
    }
  }

  private static CacheLock enqueued(Path file) {
    Path key = file.toAbsolutePath().normalize();
    Turn turn =
        TURNS.compute(
            key,
            (path, present) -> {
              Turn used = present == null ? new Turn() : present;
              used.users++;
              return used;
            });
    return new CacheLock(key, turn);
  }

  private void await() throws IOException {
    Waiting waiting = new Waiting(file);
    try {
      while (!turn.lock.tryLock(1, TimeUnit.SECONDS)) {
        waiting.note();
      }
      while (open() == Outcome.BUSY) {
        waiting.note();
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private enum Outcome {
    HELD,
    BUSY,
    NO_LOCKS
  }

  /**
   * Opens the file unless it is open, and tries to lock it. Called by the thread whose turn it is.
   */
  private Outcome open() {
    try {
      FileChannel opened = channel;
      if (opened == null) {
        Files.createDirectories(file.getParent());
        if (Files.exists(file) && !Files.isRegularFile(file)) { // a pipe's opening would not return
          throw new IOException("not a plain file");
        }
        opened = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel = opened;
      }
      exclusive = tryLock(opened) != null;
      return exclusive ? Outcome.HELD : Outcome.BUSY;
    } catch (IOException e) {
      LOG.debug("{}: cannot be locked ({}); going on without", file, e.toString());
      return Outcome.NO_LOCKS;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) { // held by a copy of this class in another loader
      return null;
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while another download of the file ran");
  }

  /** Logs every ten seconds that the lock is being waited for. */
  private static final class Waiting {
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Path file;
    private long noted = System.nanoTime();

    Waiting(Path file) {
      this.file = file;
    }

    void note() {
      if (System.nanoTime() - noted > INTERVAL.toNanos()) {
        noted = System.nanoTime();
        LOG.info("waiting for another process that downloads the same file and holds {}", file);
      }
    }
  }
}
