package dev.afina.internal.checkpoint;

import dev.afina.internal.checkpoint.SaveClaim.Kind;
import dev.afina.internal.files.FileTree;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What saves left that were killed, and what running ones have not yet cleared away.
 *
 * @param place the folder they lie in
 * @param prefix how their names begin, see {@link SaveClaim}
 */
record Leftovers(Path place, String prefix) {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  /** Those beside a folder that saves replace as a whole. */
  static Leftovers beside(Path folder) {
    Path absolute = folder.toAbsolutePath();
    Path parent = absolute.getParent();
    return new Leftovers(parent == null ? absolute : parent, "." + folder.getFileName() + ".");
  }

  /**
   * Puts a whole folder that a killed save left back into its place, if there is none.
   *
   * @return whether a running save holds a whole folder, which it is about to put there
   */
  boolean recover(Path folder) throws IOException {
    boolean awaited = false;
    for (Kind kind : List.of(Kind.NEW, Kind.OLD)) {
      for (String id : newestFirst(kind)) {
        if (Files.exists(folder)) {
          return false;
        }
        Optional<SaveClaim> ended = SaveClaim.ofEnded(place, prefix, id);
        if (ended.isEmpty()) {
          awaited = true;
          continue;
        }
        Path whole = ended.get().path(kind);
        try (SaveClaim claim = ended.get()) {
          if (Files.isDirectory(whole)) { // nobody else was faster
            Files.move(whole, folder, StandardCopyOption.ATOMIC_MOVE);
            LOG.warn(
                "{}: was missing because a save was killed between two renames; put back the whole {} folder, {}",
                folder,
                kind == Kind.NEW ? "new" : "old",
                whole.getFileName());
          }
        }
      }
    }
    return awaited && !Files.exists(folder);
  }

  /** Which leftovers are meant. */
  interface Choice {
    boolean includes(Path path) throws IOException;
  }

  /** Removes everything of saves that have ended, and says so; what cannot be removed stays. */
  void remove() throws IOException {
    remove(path -> true);
  }

  /** Removes chosen ones only. */
  void remove(Choice choice) throws IOException {
    for (String id : ids()) {
      if (!isChosen(id, choice)) {
        continue;
      }
      Optional<SaveClaim> ended = SaveClaim.ofEnded(place, prefix, id);
      if (ended.isEmpty()) {
        LOG.debug("{}: save {} is running", place, id);
        continue;
      }
      try (SaveClaim claim = ended.get()) {
        long bytes = bytes(id);
        discard(claim);
        LOG.info(
            "{}: removed {} bytes that a killed save left as {}", place, bytes, prefix + "…-" + id);
      } catch (IOException e) {
        LOG.warn(
            "{}: what a killed save left as {} cannot be removed", place, prefix + "…-" + id, e);
      }
    }
  }

  /** Says that there are leftovers, for those who only read. */
  void mention() throws IOException {
    int count = 0;
    long bytes = 0;
    for (String id : ids()) {
      Optional<SaveClaim> ended = SaveClaim.ofEnded(place, prefix, id);
      if (ended.isPresent()) {
        long left = bytes(id);
        count += left > 0 ? 1 : 0;
        bytes += left;
        ended.get().close();
      }
    }
    if (count > 0) {
      LOG.warn(
          "{}: {} killed saves left {} bytes as {}; the next save removes them",
          place,
          count,
          bytes,
          prefix + "…");
    }
  }

  /**
   * Removes what a save made. A whole folder loses its name first, so that half of it is never
   * taken for one.
   */
  static void discard(SaveClaim claim) throws IOException {
    FileTree.delete(claim.path(Kind.TMP));
    retire(claim, Kind.NEW);
    retire(claim, Kind.OLD);
  }

  /** Removes one of the whole folders. */
  static void retire(SaveClaim claim, Kind kind) throws IOException {
    if (Files.exists(claim.path(kind))) {
      Path temporary = claim.path(Kind.TMP);
      Files.move(claim.path(kind), temporary, StandardCopyOption.ATOMIC_MOVE);
      FileTree.delete(temporary);
    }
  }

  private boolean isChosen(String id, Choice choice) throws IOException {
    for (Kind kind : Kind.values()) {
      Path path = SaveClaim.path(place, prefix, kind, id);
      try {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !choice.includes(path)) {
          return false;
        }
      } catch (NoSuchFileException e) { // its owner has just removed it
        return false;
      }
    }
    return true;
  }

  private long bytes(String id) throws IOException {
    long bytes = 0;
    for (Kind kind : Kind.values()) {
      bytes += FileTree.bytes(SaveClaim.path(place, prefix, kind, id));
    }
    return bytes;
  }

  private Set<String> ids() throws IOException {
    Set<String> ids = new LinkedHashSet<>();
    if (Files.isDirectory(place)) {
      try (DirectoryStream<Path> names =
          Files.newDirectoryStream(
              place, path -> SaveClaim.id(path.getFileName().toString(), prefix).isPresent())) {
        for (Path path : names) {
          SaveClaim.id(path.getFileName().toString(), prefix).ifPresent(ids::add);
        }
      } catch (AccessDeniedException e) { // a folder in it can be opened all the same
        return Set.of();
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }
    return ids;
  }

  private List<String> newestFirst(Kind kind) throws IOException {
    record Found(String id, FileTime changed) {}
    List<Found> found = new ArrayList<>();
    for (String id : ids()) {
      Path path = SaveClaim.path(place, prefix, kind, id);
      if (Files.isDirectory(path)) {
        found.add(new Found(id, FileTree.lastChange(path)));
      }
    }
    found.sort(Comparator.comparing(Found::changed).reversed());
    return found.stream().map(Found::id).toList();
  }
}
