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
 * Keeps others, threads and processes, from downloading the same content at the same time.
 *
 * <p>It saves work; the cache is right without it, since every download has a file of its own and
 * is renamed into place. So where a file system has no locks, there is none. The Python client
 * locks the same files, but on Linux with {@code flock}, which this lock ({@code fcntl}) neither
 * sees nor stops: a Java and a Python process may both download a file, and one of the equal copies
 * stays.
 */
final class CacheLock implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(CacheLock.class);
  private static final long POLL_MILLIS = 20;

  /**
   * The threads of this JVM wait here, and only the one in front opens the file: on POSIX systems
   * closing any channel of a file drops the lock that another thread holds through its own.
   */
  private static final ConcurrentMap<Path, Turn> TURNS = new ConcurrentHashMap<>();

  private static final class Turn {
    private final ReentrantLock lock = new ReentrantLock(true);
    private int users; // changed inside TURNS.compute only
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
   * Takes the lock if that needs no wait; where a file system has no locks, it is had.
   *
   * @return empty when another thread or process has it
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

  /** Whether other processes are kept out too. */
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

  /** Opens the file, unless it is open, and tries to lock it; this thread has its turn. */
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

  /** Tells the log, every ten seconds, that there is a wait. */
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
