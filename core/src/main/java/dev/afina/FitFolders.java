package dev.afina;

import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.tuning.CheckpointFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Refuses folders of a training that would get in each other's way, which would otherwise show at a
 * save, or never. Paths are compared by the folders that they lead to, also through links.
 */
final class FitFolders {
  private FitFolders() {}

  /**
   * Checks the folders of one training.
   *
   * @throws IllegalArgumentException if the output cannot be written because of the checkpoints, or
   *     would be taken for one of them, or replaces the base of the adapter that is trained, or the
   *     one that a training with LoRA needs to resume
   */
  static void check(FitSettings settings) {
    Path output = settings.output;
    if (output == null) {
      return;
    }
    if (settings.checkpoint != null) {
      checkBase(settings, CheckpointFiles.baseFolderFirst(settings.checkpoint));
    }
    Path checkpoints = settings.checkpoints;
    if (checkpoints == null) {
      return;
    }
    Optional<Path> inOutput = within(output, checkpoints);
    if (inOutput.isPresent()) {
      throw new IllegalArgumentException(
          "checkpoints: %s is %sthe output folder %s, which holds a model and no other folder; name a folder outside it"
              .formatted(checkpoints, inOutput.get().toString().isEmpty() ? "" : "in ", output));
    }
    Optional<Path> inCheckpoints = within(checkpoints, output);
    if (inCheckpoints
        .filter(way -> CheckpointFolders.isOwn(way.getName(0).toString()))
        .isPresent()) {
      throw new IllegalArgumentException(
          "output: %s would be taken for a training checkpoint in %s; name another folder"
              .formatted(output, checkpoints));
    }
    if (settings.lora != null && isBase(settings, output)) {
      throw new IllegalArgumentException(
          "output: %s is the folder of checkpoint \"%s\", which lora(%s) and checkpoints(%s) need as it is to resume; name another folder"
              .formatted(output, settings.checkpoint, settings.lora, checkpoints));
    }
  }

  /**
   * Checks the output folder of a training that begins with an adapter.
   *
   * @param base the folder of the adapter's base; empty where there is none
   * @throws IllegalArgumentException if it is the output folder
   */
  static void checkBase(FitSettings settings, Optional<Path> base) {
    Path output = settings.output;
    if (output != null && base.filter(folder -> isSame(folder, output)).isPresent()) {
      throw new IllegalArgumentException(
          "output: %s is the folder of the base of checkpoint \"%s\", an adapter, which would then be one of other weights; name another folder"
              .formatted(output, settings.checkpoint));
    }
  }

  /**
   * Checks the output folder of several trainings.
   *
   * @param what the name of the run in messages
   * @param settings those of one of the trainings
   * @throws IllegalArgumentException if it is the checkpoint that this training starts from
   */
  static void checkTrial(String what, FitSettings settings) {
    Path output = settings.output;
    if (output != null && isBase(settings, output)) {
      throw new IllegalArgumentException(
          "%s: output %s is the folder of checkpoint \"%s\", which each training starts from and the best one would replace; name another folder"
              .formatted(what, output, settings.checkpoint));
    }
  }

  /** Whether this is the folder of the checkpoint that the training starts from. */
  private static boolean isBase(FitSettings settings, Path folder) {
    String checkpoint = settings.checkpoint;
    if (checkpoint == null) {
      return false;
    }
    try {
      Path base = Path.of(checkpoint);
      return Files.isDirectory(base) && isSame(base, folder);
    } catch (InvalidPathException e) { // of the class path or the Hub
      return false;
    }
  }

  /** The way from a folder to one in it, of no length to itself; empty if it is elsewhere. */
  private static Optional<Path> within(Path outer, Path inner) {
    Path real = real(inner);
    for (Path at = real; at != null; at = at.getParent()) {
      if (isSame(at, outer)) {
        return Optional.of(at.relativize(real));
      }
    }
    return Optional.empty();
  }

  private static boolean isSame(Path one, Path other) {
    try {
      if (Files.exists(one) && Files.exists(other)) {
        return Files.isSameFile(one, other);
      }
    } catch (IOException e) { // what cannot be read there is told when it is needed
      return real(one).equals(real(other));
    }
    return real(one).equals(real(other));
  }

  /** The path without links, as far as it exists. */
  private static Path real(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    try {
      if (Files.exists(path)) {
        return path.toRealPath();
      }
      for (Path at = absolute.getParent(); at != null; at = at.getParent()) {
        if (Files.exists(at)) {
          return at.toRealPath().resolve(at.relativize(absolute));
        }
      }
    } catch (IOException e) { // as above
      return absolute;
    }
    return absolute;
  }
}
