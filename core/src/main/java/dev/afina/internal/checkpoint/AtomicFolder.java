package dev.afina.internal.checkpoint;

import com.google.gson.JsonObject;
import dev.afina.CheckpointException;
import dev.afina.internal.checkpoint.SaveClaim.Kind;
import dev.afina.internal.files.FileTree;
import dev.afina.internal.files.WriteFailure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a checkpoint folder as a whole: a reader finds the old folder or the new one, never a
 * mixture and never a half.
 *
 * <p>The files are written into a hidden folder beside the target and forced to disk. Then the old
 * folder is renamed aside, the new one renamed to the target's name, and the old one deleted. No
 * file system of Java exchanges two folders in one step, so between the two renames there is for an
 * instant no folder of that name. {@link #open} waits for the end of that instant, and when the
 * process was killed in it, puts the new folder into its place. What killed saves leave is removed
 * by the next one; {@link SaveClaim} tells the killed from the running.
 *
 * <p>A folder that cannot be renamed is written by {@link VolumeFolder}.
 */
public final class AtomicFolder {
  private static final Pattern WEIGHTS_FILE =
      Pattern.compile(".*\\.(safetensors|onnx|bin|pt|pth|h5|msgpack)");

  /**
   * The files that make a checkpoint, of ours and of transformers and PEFT; any other file of a
   * replaced folder, such as README.md or somebody's app_config.json, is carried over.
   */
  private static final Pattern CHECKPOINT_FILE =
      Pattern.compile(
          "((afina|adapter|generation|preprocessor|tokenizer)_)?config\\.json|tokenizer\\.json"
              + "|vocab\\.(json|txt)|merges\\.txt|special_tokens_map\\.json|added_tokens\\.json"
              + "|(tokenizer|spiece|spm|sentencepiece(\\.bpe)?)\\.model"
              + "|((afina_|pytorch_|adapter_)?model)([-._].*)?\\.(safetensors|bin|onnx_data)(\\.index\\.json)?"
              + "|.*\\.onnx" // whatever its name, it would be read where other weights are missing
              + "|tf_model\\.h5|flax_model\\.msgpack|training_args\\.bin"
              + "|(optimizer|scheduler|scaler)\\.(pt|bin|safetensors)|rng_state.*\\.pth"
              + "|(afina|trainer)_state\\.json|(all|train|eval)_results\\.json");

  /** On the root of a disk, where fsck puts what it finds. */
  private static final String LOST_AND_FOUND = "lost+found";

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int TRIES = 10;
  private static final int MOST_LINKS = 40;
  private static final Set<Path> BUSY = new HashSet<>(); // guarded by itself
  private static final Logger LOG = LoggerFactory.getLogger(AtomicFolder.class);

  private AtomicFolder() {}

  /** Writes the files of a folder. */
  @FunctionalInterface
  public interface FolderContent {
    /**
     * Writes all files.
     *
     * @param folder an empty folder that exists; plain files only go into it
     * @throws IOException when a file cannot be written
     */
    void writeTo(Path folder) throws IOException;
  }

  /**
   * Writes or replaces a folder. What killed saves left of it is recovered or removed before, and
   * the log says so.
   *
   * @param target the folder; its parents are made when they are missing; a link to a folder stays
   *     a link; a folder that something is mounted on, or whose parent cannot be written, is
   *     written file by file, so that readers still find the old model or the new one
   * @param content writes the files; when it throws, the old folder stays as it was and nothing is
   *     left behind
   * @throws FileAlreadyExistsException when it is a file, or a folder that is not clearly a
   *     checkpoint; the message says which entry is in the way
   * @throws InterruptedIOException when the thread is interrupted meanwhile; one that was
   *     interrupted before writes the folder and stays interrupted
   * @throws IOException when a file cannot be written or renamed; the old folder is then in its
   *     place, and the message says why, what is there and what to do
   */
  public static void write(Path target, FolderContent content) throws IOException {
    // Java closes a channel that an interrupted thread uses. An interrupt from before waits until
    // the folder is there; one that comes meanwhile ends the write.
    boolean interrupted = Thread.interrupted();
    boolean wasThere = Files.exists(target);
    try {
      writeWhole(target, content);
    } catch (ClosedByInterruptException e) {
      InterruptedIOException ended =
          new InterruptedIOException(
              target + ": the thread was interrupted while it saved; no half folder is left");
      ended.initCause(e);
      throw ended;
    } catch (CheckpointException e) { // of a file that is there
      throw e;
    } catch (IOException e) {
      throw WriteFailure.of(target, kept(target, wasThere), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Does all of a {@link #write} that can fail before its content is known: recovers or removes
   * what killed saves left, refuses a target that is not clearly a checkpoint, and tries whether a
   * file can be made. Call it before long work whose result goes there.
   *
   * @param target the folder that will be written; it and its parents are not made
   * @throws FileAlreadyExistsException as {@link #write}
   * @throws IOException when nothing can be written there; the message says where
   */
  public static void prepare(Path target) throws IOException {
    try {
      tryOut(target);
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw WriteFailure.of(target, kept(target, Files.exists(target)), e);
    }
  }

  private static void tryOut(Path target) throws IOException {
    Path folder = resolved(target);
    settle(folder);
    requireReplaceable(target);
    if (Files.exists(folder) && Disk.staysInPlace(folder)) {
      SaveClaim.take(folder, VolumeFolder.PREFIX).close();
      return;
    }
    Path parent = parent(folder);
    while (!Files.exists(parent)) {
      parent = parent(parent);
    }
    SaveClaim.take(parent, Leftovers.beside(folder).prefix()).close();
  }

  /**
   * Makes a folder ready to be read: waits for the instant in which a save replaces it, and
   * recovers it when a save was killed in that instant. Where a folder is there already, leftovers
   * of killed saves are only mentioned in the log.
   *
   * @param target the folder, which need not exist afterwards either
   * @throws CheckpointException when it holds a save that has not finished, and cannot be finished
   *     here
   * @throws IOException when the folder cannot be read
   */
  static void open(Path target) throws IOException {
    Path folder = resolved(target);
    if (folder.getFileName() == null) {
      return;
    }
    Leftovers leftovers = Leftovers.beside(folder);
    recover(folder, leftovers);
    if (Files.isDirectory(folder)) {
      VolumeFolder.settle(folder);
      leftovers.mention();
      inside(folder).mention();
    }
  }

  /** Saves of this JVM to one folder take turns; those of others are met by trying again. */
  private static void writeWhole(Path target, FolderContent content) throws IOException {
    Path folder = resolved(target);
    try {
      synchronized (BUSY) {
        while (!BUSY.add(folder)) {
          BUSY.wait();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(target + ": interrupted while another save to it ran");
    }
    try {
      writeInTurn(target, folder, content);
    } finally {
      synchronized (BUSY) {
        BUSY.remove(folder);
        BUSY.notifyAll();
      }
    }
  }

  private static void writeInTurn(Path target, Path folder, FolderContent content)
      throws IOException {
    settle(folder);
    requireReplaceable(target);
    if (Files.exists(folder) && Disk.staysInPlace(folder)) {
      VolumeFolder.write(folder, content);
      return;
    }
    Path parent = parent(folder);
    Files.createDirectories(parent);
    try (SaveClaim claim = SaveClaim.take(parent, Leftovers.beside(folder).prefix())) {
      Path temporary = Files.createDirectory(claim.path(Kind.TMP));
      try {
        content.writeTo(temporary);
        if (Files.exists(folder)) {
          carryOver(folder, temporary);
        }
        Disk.forceAll(temporary);
        Path whole = claim.path(Kind.NEW);
        Files.move(temporary, whole, StandardCopyOption.ATOMIC_MOVE);
        Disk.forceFolder(parent);
        replace(folder, whole, claim);
        try {
          Disk.forceFolder(parent);
        } catch (IOException e) {
          throw WriteFailure.afterwards(target, e);
        }
      } finally {
        clearUp(folder, claim);
      }
    }
  }

  /** Also waits, for a while, when a running save is just between its two renames. */
  private static void recover(Path folder, Leftovers leftovers) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(folder) && leftovers.recover(folder) && System.nanoTime() < deadline) {
      VolumeFolder.pause(folder);
    }
  }

  /** Recovers and removes. */
  private static void settle(Path folder) throws IOException {
    Leftovers leftovers = Leftovers.beside(folder);
    recover(folder, leftovers);
    leftovers.remove();
    if (Files.isDirectory(folder)) {
      VolumeFolder.settle(folder);
      inside(folder).remove();
    }
  }

  private static Leftovers inside(Path folder) {
    return new Leftovers(folder, VolumeFolder.PREFIX);
  }

  /** After a save that failed. */
  private static String kept(Path target, boolean wasThere) {
    if (!wasThere) {
      return "nothing was saved";
    }
    return Files.exists(target)
        ? "what was there is unchanged"
        : "what was there lies beside it, and the next load or save puts it back";
  }

  /** Follows links by hand, because the folder that they lead to may just be missing. */
  private static Path resolved(Path target) throws IOException {
    if (Files.exists(target)) {
      return target.toRealPath();
    }
    Path folder = target.toAbsolutePath().normalize();
    for (int links = 0; Files.isSymbolicLink(folder); links++) {
      if (links == MOST_LINKS) {
        throw refusal(target, "a link that leads in a circle; choose another path");
      }
      folder = folder.resolveSibling(Files.readSymbolicLink(folder)).normalize();
    }
    return folder;
  }

  /**
   * Refuses a target that is not clearly a checkpoint folder, so that a wrong path never costs
   * anybody a file: one that exists must be empty, or hold nothing but plain files and among them a
   * config.json with a {@code model_type}.
   */
  static void requireReplaceable(Path target) throws IOException {
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (Files.isSymbolicLink(target) && !Files.exists(target)) {
      throw refusal(
          target,
          "a link to %s, which does not exist; make that folder, or save to another path"
              .formatted(Files.readSymbolicLink(target)));
    }
    if (!Files.isDirectory(target)) {
      throw refusal(target, "a file, expected a folder; save to another path");
    }
    List<Path> entries;
    try (Stream<Path> files = Files.list(target)) {
      entries = files.filter(file -> !isNoPart(file)).sorted().toList();
    }
    if (entries.isEmpty()) {
      return;
    }
    if (!isModelFolder(target)) {
      throw refusal(
          target,
          "a folder with "
              + entries.size()
              + " entries and no config.json of a model, so it is not replaced; save to a new or empty folder");
    }
    for (Path entry : entries) {
      if (!Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
        throw refusal(
            target,
            "holds \""
                + entry.getFileName()
                + "\", which is not a plain file, so it is not replaced; move that away or save to another folder");
      }
    }
  }

  private static boolean isModelFolder(Path folder) throws IOException {
    Path config = folder.resolve("config.json");
    if (!Files.isRegularFile(config)) {
      return false;
    }
    try {
      JsonObject json =
          JsonFile.parseObject(CheckpointLocation.SMALL_FILE.bytes(config), config.toString());
      return json.has("model_type");
    } catch (CheckpointException e) {
      return false; // a config.json of something else
    }
  }

  private static void carryOver(Path from, Path to) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        copyOthers(from, to);
        return;
      } catch (NoSuchFileException e) { // another process is just replacing it
        if (tries == TRIES) {
          throw e;
        }
        VolumeFolder.pause(from);
      }
    }
  }

  private static void copyOthers(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(file.getFileName().toString());
        if (!isCheckpointFile(file.getFileName().toString())
            && !isNoPart(file)
            && !Files.exists(copy)) {
          Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  /** Whether a name is neither the model's nor the user's. */
  private static boolean isNoPart(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(VolumeFolder.PREFIX)
        || (name.equals(LOST_AND_FOUND) && Files.isDirectory(file));
  }

  static boolean isCheckpointFile(String name) {
    return CHECKPOINT_FILE.matcher(name).matches();
  }

  static boolean isWeights(String name) {
    return WEIGHTS_FILE.matcher(name).matches();
  }

  /** Puts the replacement into the folder's place; when that fails the folder is where it was. */
  static void replace(Path folder, Path whole, SaveClaim claim) throws IOException {
    Path old = claim.path(Kind.OLD);
    for (int tries = 1; ; tries++) {
      boolean aside = Files.exists(folder);
      if (aside) {
        try {
          Files.move(folder, old, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) { // another process has just moved it
          if (tries == TRIES) {
            throw e;
          }
          continue;
        } catch (FileSystemException e) {
          if (Files.exists(folder) && !Disk.WINDOWS) { // there it is open in another program
            LOG.info("{}: cannot be renamed ({}); saving file by file", folder, e.toString());
            VolumeFolder.copy(folder, whole);
            return;
          }
          throw e;
        }
      }
      try {
        Files.move(whole, folder, StandardCopyOption.ATOMIC_MOVE);
        return;
      } catch (IOException | RuntimeException e) {
        if (aside) {
          putBack(old, folder);
        }
        // Another save was faster: its folder is the one to be replaced.
        if (!Files.exists(folder) || !Files.exists(whole) || tries == TRIES) {
          throw e;
        }
        Leftovers.retire(claim, Kind.OLD);
      }
    }
  }

  private static void putBack(Path old, Path folder) throws IOException {
    try {
      Files.move(old, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.exists(folder)) { // else another save has put its own there
        throw e;
      }
    }
  }

  /** Removes what the save made beside the folder, unless the folder is missing. */
  private static void clearUp(Path folder, SaveClaim claim) {
    try {
      if (Files.exists(folder)) {
        Leftovers.discard(claim);
      } else {
        FileTree.delete(claim.path(Kind.TMP));
      }
    } catch (IOException e) { // the folder is in place, or another failure matters more
      LOG.warn("{}: what its save needed is left for the next one to remove", folder, e);
    }
  }

  private static Path parent(Path folder) throws FileAlreadyExistsException {
    Path parent = folder.getParent();
    if (parent == null) {
      throw refusal(folder, "the root of a file system, expected a folder in it");
    }
    return parent;
  }

  private static FileAlreadyExistsException refusal(Path target, String reason) {
    return new FileAlreadyExistsException(target.toString(), null, reason);
  }
}
