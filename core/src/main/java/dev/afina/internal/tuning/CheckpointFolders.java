package dev.afina.internal.tuning;

import ai.djl.ndarray.NDArray;
import dev.afina.CheckpointException;
import dev.afina.internal.checkpoint.AtomicFolder;
import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorData;
import dev.afina.internal.checkpoint.TensorSource;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.files.FileTree;
import dev.afina.internal.files.WriteFailure;
import dev.afina.training.Checkpoints;
import dev.afina.training.Tensor;
import dev.afina.training.TrainingOptions;
import dev.afina.training.TrainingState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training checkpoints in a folder. Each is a folder {@code checkpoint-N} with a saved model
 * and the state that the training needs to resume, written atomically.
 */
public final class CheckpointFolders implements Checkpoints {
  private static final Logger log = LoggerFactory.getLogger(CheckpointFolders.class);
  private static final Pattern NAME = Pattern.compile("checkpoint-([1-9]\\d{0,8})");
  private static final Pattern OF_A_SAVE = Pattern.compile("\\.(checkpoint-[1-9]\\d{0,8})\\..+");
  private static final String REMOVED = ".removed-";
  private static final String STATE = "afina_state.json";
  private static final String TRAINER_STATE = "trainer_state.json";
  private static final String OPTIMIZER = "optimizer.safetensors";

  private final Path folder;
  private final TrainingOptions options;
  private final Content content;
  private TrainingIdentity identity = new TrainingIdentity(Map.of());
  private Optional<TrainingState> start = Optional.empty();

  /**
   * The part of a checkpoint that is the model.
   *
   * @param weights the name of the file with the trained weights
   * @param arrays the arrays of the model to read the tensors of that file into, by name
   * @param writer writes the files of the model, including that one, into a folder
   */
  public record Content(String weights, Map<String, NDArray> arrays, Writer writer) {
    public interface Writer {
      void write(Path folder) throws IOException;
    }
  }

  public CheckpointFolders(Path folder, TrainingOptions options, Content content) {
    this.folder = folder;
    this.options = options;
    this.content = content;
  }

  /**
   * Throws if the folder cannot be written to, or contains the checkpoints of a training that is
   * not being resumed.
   */
  public static void prepare(Path folder, boolean resumes) throws IOException {
    if (Files.isDirectory(folder)) {
      removeLeftovers(folder);
      SortedMap<Integer, Path> found = found(folder);
      if (!resumes && !found.isEmpty()) {
        throw new IOException(
            folder
                + ": holds "
                + newest(found).getFileName()
                + " of an earlier training; call resume() to go on with it, or choose another"
                + " folder");
      }
    }
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, ".afina", ".tmp")); // before hours of training
    } catch (IOException e) {
      throw WriteFailure.of(folder, "no training began", e);
    }
  }

  /**
   * Whether something of this name in the folder is taken for a checkpoint, or for what is left of
   * one. Anything else is left alone.
   */
  public static boolean isOwn(String name) {
    return NAME.matcher(name).matches()
        || OF_A_SAVE.matcher(name).matches()
        || name.startsWith(REMOVED);
  }

  /**
   * Reads the weights of the newest checkpoint, if there is one, into the arrays of the content.
   *
   * @param here the identity of this training
   * @throws CheckpointException if the checkpoint is damaged or belongs to another training
   */
  public void resume(TrainingIdentity here) throws IOException {
    identity = here;
    SortedMap<Integer, Path> found = found(folder);
    if (found.isEmpty()) {
      return;
    }
    Path newest = newest(found);
    StateFile file = StateFile.parse(text(newest.resolve(STATE)), newest.resolve(STATE).toString());
    boolean dropped = !file.randomState().isEmpty();
    String differences = new TrainingIdentity(file.identity()).differences(here, dropped);
    if (!differences.isEmpty()) {
      throw new CheckpointException(
          newest
              + " is of another training: "
              + Excerpt.of(differences, 600)
              + "; go on with the same, or choose another folder");
    }
    for (Map.Entry<String, String> sum : file.checksums().entrySet()) {
      Path path = newest.resolve(sum.getKey());
      String actual = checksum(path);
      if (!actual.equals(sum.getValue())) {
        throw new CheckpointException(
            "%s: is damaged: CRC-32C %s, expected %s; delete %s to go on from the one before"
                .formatted(path, actual, sum.getValue(), newest));
      }
    }
    try (TensorSource weights = Safetensors.open(newest.resolve(content.weights))) {
      for (Map.Entry<String, NDArray> array : content.arrays.entrySet()) {
        weights.read(array.getKey(), PyTorch.bytes(array.getValue()));
      }
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (TensorSource optimizer = Safetensors.open(newest.resolve(OPTIMIZER))) {
      for (String name : optimizer.tensors().keySet()) {
        tensors.put(name, new Tensor(List.of(), optimizer.floats(name)));
      }
    }
    start = Optional.of(file.state(tensors));
    log.info("going on from {}", newest);
  }

  /** Starts the checkpoints of a new training. */
  public void begin(TrainingIdentity here) {
    identity = here;
  }

  @Override
  public Optional<TrainingState> newest() {
    Optional<TrainingState> state = start;
    start = Optional.empty(); // its tensors are as large as the model twice
    return state;
  }

  @Override
  public void save(TrainingState state) throws IOException {
    Path target = ofStep(state.position().step());
    boolean bestIsSaved =
        state.best().step() == state.position().step()
            || Files.isDirectory(ofStep(state.best().step()));
    AtomicFolder.write(
        target,
        whole -> {
          content.writer.write(whole);
          Map<String, TensorData> tensors = new LinkedHashMap<>();
          state.tensors().forEach((name, t) -> tensors.put(name, floats(t)));
          Safetensors.write(whole.resolve(OPTIMIZER), tensors, Safetensors.PYTORCH);
          Files.writeString(
              whole.resolve(TRAINER_STATE), StateFile.trainerState(state, options, bestIsSaved));
          Map<String, String> sums = new TreeMap<>();
          for (String name : List.of(content.weights, OPTIMIZER)) {
            sums.put(name, checksum(whole.resolve(name)));
          }
          Files.writeString(whole.resolve(STATE), StateFile.of(state, identity, sums).json());
        });
    prune(state);
  }

  private Path ofStep(int step) {
    return folder.resolve("checkpoint-" + step);
  }

  /** Deletes checkpoints over the limit, oldest first, except the newest and the best. */
  private void prune(TrainingState state) throws IOException {
    if (options.saving().limit().isEmpty()) {
      return;
    }
    SortedMap<Integer, Path> found = found(folder);
    int surplus = found.size() - options.saving().limit().getAsInt();
    for (Map.Entry<Integer, Path> old : found.entrySet()) {
      boolean spared =
          old.getKey() == state.position().step() || old.getKey() == state.best().step();
      if (surplus > 0 && !spared) {
        Path hidden = folder.resolve(REMOVED + old.getValue().getFileName());
        Files.move(old.getValue(), hidden); // half a checkpoint never bears the name of a whole one
        FileTree.delete(hidden);
        surplus--;
      }
    }
  }

  private static TensorData floats(Tensor tensor) {
    return TensorData.floats(
        tensor.bytes(), tensor.shape().stream().mapToLong(size -> size).toArray());
  }

  /** Of a checkpoint that is not written again nobody else removes what a killed save left. */
  private static void removeLeftovers(Path folder) throws IOException {
    TreeSet<String> halfSaved = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = String.valueOf(file.getFileName());
        Matcher saved = OF_A_SAVE.matcher(name);
        if (name.startsWith(REMOVED)) {
          FileTree.delete(file);
        } else if (saved.matches()) {
          halfSaved.add(saved.group(1));
        }
      }
    }
    for (String name : halfSaved) {
      AtomicFolder.prepare(folder.resolve(name));
    }
  }

  private static Path newest(SortedMap<Integer, Path> found) {
    return Objects.requireNonNull(found.get(found.lastKey()));
  }

  /** The existing checkpoints by their numbers of updates. */
  private static SortedMap<Integer, Path> found(Path folder) throws IOException {
    TreeMap<Integer, Path> found = new TreeMap<>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        if (name.matches() && Files.isDirectory(file)) {
          found.put(Integer.parseInt(name.group(1)), file);
        }
      }
    }
    return found;
  }

  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new CheckpointException(file + ": is missing; the folder is no training checkpoint", e);
    } catch (CharacterCodingException e) {
      throw new CheckpointException(file + ": is no UTF-8", e);
    }
  }

  private static String checksum(Path file) throws IOException {
    CRC32C sum = new CRC32C();
    try (InputStream in = new CheckedInputStream(Files.newInputStream(file), sum)) {
      byte[] buffer = new byte[1 << 16];
      while (in.read(buffer) >= 0) {
        // the stream does the sum
      }
    } catch (NoSuchFileException e) {
      throw new CheckpointException(file + ": is missing", e);
    }
    return Long.toHexString(sum.getValue());
  }
}
