package dev.afina.internal.checkpoint;

import dev.afina.internal.files.FileTree;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that a save is running: a locked file beside what it writes. The operating system gives the
 * lock back when the process ends, however it ends, so whoever can lock the file knows that nobody
 * works on these files any more. Numbers of processes would not tell: they are used again, and in a
 * container each program may have the same.
 *
 * <p>Everything of one save has one id: {@code PREFIXKIND-ID}, where the kind is
 *
 * <ul>
 *   <li>{@link Kind#LOCK}, the locked file: made before all others and deleted after them;
 *   <li>{@link Kind#TMP}, a folder that is being written or deleted, and never whole;
 *   <li>{@link Kind#NEW}, the whole new folder before it has its name;
 *   <li>{@link Kind#OLD}, the whole folder that it replaces.
 * </ul>
 *
 * <p>On a disk of the network a lock may hold for one machine only, and some file systems have
 * none. There a save counts as ended when nothing of it changed for an hour, too.
 */
final class SaveClaim implements Closeable {
  /** What a name beside a model is. */
  enum Kind {
    LOCK("lock"),
    TMP("tmp"),
    NEW("new"),
    OLD("old");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(SaveClaim.class);
  private static final Duration QUIET = Duration.ofHours(1);

  /** On a strange disk every new file might seem locked. */
  private static final int TRIES = 10;

  private static final String ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final Pattern KIND_AND_ID = Pattern.compile("(?:lock|tmp|new|old)-(" + ID + ")");

  /**
   * The claims of this JVM. A file that is open here must not be opened a second time: on POSIX
   * systems closing any of its channels gives the lock back.
   */
  private static final Set<Path> HERE = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final String prefix;
  private final String id;
  private @Nullable FileChannel channel;

  private SaveClaim(Path folder, String prefix, String id) {
    this.folder = folder;
    this.prefix = prefix;
    this.id = id;
  }

  /**
   * Begins a save.
   *
   * @param folder where its files will be; exists
   * @param prefix how their names begin
   */
  static SaveClaim take(Path folder, String prefix) throws IOException {
    for (int tries = 1; ; tries++) {
      SaveClaim claim = new SaveClaim(folder, prefix, UUID.randomUUID().toString());
      Path file = claim.path(Kind.LOCK);
      HERE.add(file);
      boolean complete = false;
      try {
        claim.channel =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        // Somebody may have taken the file for a leftover before it was locked here: has locked it,
        // and is about to delete it, or has done so.
        boolean isOurs = lock(claim.channel) != Outcome.HELD_BY_ANOTHER || tries >= TRIES;
        complete = isOurs && Files.exists(file);
      } finally {
        if (!complete) {
          claim.close();
        }
      }
      if (complete) {
        return claim;
      }
    }
  }

  /**
   * Takes over what a save left that has ended.
   *
   * @return the claim; empty when the save is running, here or in another process, or nobody can
   *     tell
   */
  static Optional<SaveClaim> ofEnded(Path folder, String prefix, String id) throws IOException {
    SaveClaim claim = new SaveClaim(folder, prefix, id);
    Path file = claim.path(Kind.LOCK);
    boolean strange =
        Files.exists(file, LinkOption.NOFOLLOW_LINKS)
            && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    if (strange || !HERE.add(file)) {
      return Optional.empty();
    }
    boolean ended = false;
    try {
      boolean quiet = claim.isQuiet(); // before the file is made or touched
      claim.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      ended =
          switch (lock(claim.channel)) {
            case HELD_BY_US -> quiet || !Disk.isRemote(folder);
            case HELD_BY_ANOTHER -> false;
            case NO_LOCKS -> quiet;
          };
    } catch (IOException e) { // a folder that is not ours to write
      return Optional.empty();
    } finally {
      if (!ended) {
        claim.release();
      }
    }
    return ended ? Optional.of(claim) : Optional.empty();
  }

  /** The id in the name of a leftover, if it is one. */
  static Optional<String> id(String name, String prefix) {
    if (!name.startsWith(prefix)) {
      return Optional.empty();
    }
    Matcher matcher = KIND_AND_ID.matcher(name.substring(prefix.length()));
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  static boolean isId(String text) {
    return text.matches(ID);
  }

  String id() {
    return id;
  }

  /** Where the save has or had its file or folder of a kind. */
  Path path(Kind kind) {
    return path(folder, prefix, kind, id);
  }

  static Path path(Path folder, String prefix, Kind kind, String id) {
    return folder.resolve(prefix + kind.word + "-" + id);
  }

  /** Ends the save; what it made under other kinds must be gone. */
  @Override
  public void close() throws IOException {
    try {
      release();
    } finally {
      deleteFile();
    }
  }

  private void deleteFile() {
    try {
      Files.deleteIfExists(path(Kind.LOCK));
    } catch (IOException e) { // whether the save succeeded does not depend on it
      LOG.warn("{} is left for the next save to remove", path(Kind.LOCK), e);
    }
  }

  private void release() throws IOException {
    try {
      if (channel != null) {
        channel.close(); // and with it the lock
      }
    } finally {
      HERE.remove(path(Kind.LOCK));
    }
  }

  private boolean isQuiet() throws IOException {
    Instant line = Instant.now().minus(QUIET);
    for (Kind kind : Kind.values()) {
      if (FileTree.lastChange(path(kind)).toInstant().isAfter(line)) {
        return false;
      }
    }
    return true;
  }

  private enum Outcome {
    HELD_BY_US,
    HELD_BY_ANOTHER,
    NO_LOCKS
  }

  private static Outcome lock(FileChannel channel) {
    try {
      FileLock lock = channel.tryLock();
      return lock == null ? Outcome.HELD_BY_ANOTHER : Outcome.HELD_BY_US;
    } catch (OverlappingFileLockException e) { // held by a copy of this class in another loader
      return Outcome.HELD_BY_ANOTHER;
    } catch (IOException e) {
      return Outcome.NO_LOCKS;
    }
  }
}
