package dev.afina.internal.checkpoint;

import dev.afina.CheckpointException;
import dev.afina.internal.checkpoint.AtomicFolder.FolderContent;
import dev.afina.internal.checkpoint.SaveClaim.Kind;
import dev.afina.internal.files.FileTree;
import dev.afina.internal.files.WriteFailure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a checkpoint into a folder that cannot be renamed, such as the volume of a container.
 *
 * <p>The files are written into a hidden folder inside, which then gets the name {@value #STEP} in
 * one step: from here on the save has happened. What is left to do is to move the files to their
 * places, and anybody can do it: the one who saves, or whoever opens the folder after a kill. While
 * {@value #STEP} is there, a reader finishes the move or waits for it. Programs that do not know of
 * it are safe as well, because the old weights go first and the new ones come last: they find a
 * whole model or none.
 */
final class VolumeFolder {
  /** How the names of files begin that are no part of the model. */
  static final String PREFIX = ".afina.";

  private static final String STEP = PREFIX + "finishing";

  /** In the hidden folder: the id of the save, then the names of its files. */
  private static final String LIST = ".files";

  private static final Pattern PLAIN = Pattern.compile("[^/\\\\:\\p{Cntrl}]{2,255}");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 20;
  private static final int TRIES = 10;
  private static final Logger LOG = LoggerFactory.getLogger(VolumeFolder.class);

  private VolumeFolder() {}

  /** Writes or replaces the model in a folder; other files in it stay. */
  static void write(Path folder, FolderContent content) throws IOException {
    try (SaveClaim claim = SaveClaim.take(folder, PREFIX)) {
      Path temporary = Files.createDirectory(claim.path(Kind.TMP));
      try {
        content.writeTo(temporary);
        List<String> list = new ArrayList<>(List.of(claim.id()));
        list.addAll(fileNames(temporary));
        Files.write(temporary.resolve(LIST), list);
        Disk.forceAll(temporary);
        commit(folder, temporary);
        finishOwn(folder, list);
      } finally {
        clearUp(temporary);
      }
    }
  }

  private static void finishOwn(Path folder, List<String> list) throws IOException {
    try {
      Disk.forceFolder(folder);
      finish(folder, list);
    } catch (IOException e) {
      throw WriteFailure.of(
          folder,
          "the new model is there, and the next load or save that can write there moves its files to their places",
          e);
    }
  }

  private static void clearUp(Path temporary) {
    try {
      FileTree.delete(temporary);
    } catch (IOException e) { // another failure matters more
      LOG.warn("{} is left for the next save to remove", temporary, e);
    }
  }

  /**
   * Copies a folder that lies whole on the same or another disk. What it has taken over of the user
   * under a name that no list can have stays where it is.
   */
  static void copy(Path folder, Path whole) throws IOException {
    write(
        folder,
        temporary -> {
          for (String name : fileNames(whole)) {
            if (PLAIN.matcher(name).matches()) {
              Files.copy(
                  whole.resolve(name), temporary.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
            }
          }
        });
  }

  /**
   * Finishes what a killed save had left to do, or waits for one that runs.
   *
   * @throws CheckpointException when that takes too long, or this process may not write there
   */
  static void settle(Path folder) throws IOException {
    Path step = folder.resolve(STEP);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (Files.exists(step)) {
      Optional<List<String>> list = list(step);
      if (list.isEmpty()) { // all files are in their places
        removeEmpty(step);
        return;
      }
      Optional<SaveClaim> ended = SaveClaim.ofEnded(folder, PREFIX, list.get().get(0));
      if (ended.isPresent()) {
        try (SaveClaim claim = ended.get()) {
          if (list(step).equals(list)) {
            finish(folder, list.get());
            LOG.warn(
                "{}: a save into it was killed while it moved its files; finished it, the folder holds the new model",
                folder);
          }
        }
      } else if (System.nanoTime() < deadline) {
        pause(folder);
      } else {
        throw new CheckpointException(
            folder
                + ": a save into it has not finished, so it is not read; if none is running any more, open it once where it can be written");
      }
    }
  }

  private static void commit(Path folder, Path temporary) throws IOException {
    Path step = folder.resolve(STEP);
    int tries = 1;
    while (true) {
      settle(folder);
      try {
        Files.move(temporary, step, StandardCopyOption.ATOMIC_MOVE);
        return;
      } catch (IOException e) {
        if (list(step).isEmpty()) { // else another save came first, and has to finish
          if (tries == TRIES) {
            throw Files.exists(step) ? inTheWay(step, e) : e;
          }
          tries++;
          pause(folder); // it may have finished just now
        }
      }
    }
  }

  private static CheckpointException inTheWay(Path step, IOException cause) {
    return new CheckpointException(
        step
            + ": holds files of no save, expected none, so nothing can be saved here; delete that folder",
        cause);
  }

  /** Can be repeated from any point on. */
  private static void finish(Path folder, List<String> list) throws IOException {
    Path step = folder.resolve(STEP);
    List<String> names = list.subList(1, list.size());
    List<String> before = fileNames(folder);
    for (boolean weights : new boolean[] {true, false}) {
      for (String there : before) {
        if (AtomicFolder.isWeights(there) == weights && goes(there, names, step)) {
          Files.deleteIfExists(folder.resolve(there));
        }
      }
    }
    for (boolean weights : new boolean[] {false, true}) {
      for (String name : names) {
        if (AtomicFolder.isWeights(name) == weights) {
          move(step.resolve(name), folder.resolve(name));
        }
      }
    }
    Disk.forceFolder(folder);
    Files.deleteIfExists(step.resolve(LIST));
    removeEmpty(step);
    Disk.forceFolder(folder);
  }

  /** Whether a file is removed before the new ones come: old weights, and what they have not. */
  private static boolean goes(String name, List<String> names, Path step) {
    return names.contains(name)
        ? AtomicFolder.isWeights(name) && Files.exists(step.resolve(name))
        : AtomicFolder.isCheckpointFile(name);
  }

  private static void removeEmpty(Path step) {
    try {
      Files.deleteIfExists(step);
    } catch (IOException e) { // the next save has taken the name, or the folder is read-only
      LOG.debug("{}: not removed: {}", step, e.toString());
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException e) {
      if (!Files.exists(to)) { // else it was moved before
        throw e;
      }
    }
  }

  private static Optional<List<String>> list(Path step) throws IOException {
    try {
      List<String> lines = Files.readAllLines(step.resolve(LIST));
      boolean plain =
          lines.stream().allMatch(name -> PLAIN.matcher(name).matches() && !name.equals(".."));
      if (lines.isEmpty() || !plain || !SaveClaim.isId(lines.get(0))) {
        throw new CheckpointException(
            step.resolve(LIST) + ": not the list of a save's files; delete " + step);
      }
      return Optional.of(lines);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (CharacterCodingException e) {
      throw new CheckpointException(step.resolve(LIST) + ": not UTF-8; delete " + step, e);
    }
  }

  private static List<String> fileNames(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith(PREFIX) && !name.equals(LIST))
          .sorted()
          .toList();
    }
  }

  /** Waits for another save. */
  static void pause(Path folder) throws InterruptedIOException {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(folder + ": interrupted while another save had to finish");
    }
  }
}
