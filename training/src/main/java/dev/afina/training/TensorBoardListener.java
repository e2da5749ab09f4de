package dev.afina.training;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the curves of a training for TensorBoard, under the names that transformers' {@code
 * TensorBoardCallback} uses: {@code train/loss}, {@code train/grad_norm}, {@code
 * train/learning_rate} and {@code train/epoch} at each log entry, {@code eval/loss}, {@code
 * eval/accuracy}, … at each evaluation, and at the end {@code train/train_loss}, {@code
 * train/train_runtime} and {@code train/train_samples_per_second}.
 *
 * <pre>{@code
 * try (TensorBoardListener board = TensorBoardListener.to(Path.of("runs/first"))) {
 *   builder.listener(board).fit(train);
 * }
 * }</pre>
 *
 * <p>{@code tensorboard --logdir runs} shows them while the training runs. Use a separate folder
 * for each run. A training that resumes from a checkpoint may use the folder of its first part;
 * points written after that checkpoint are not shown twice.
 *
 * <p>Each figure is written immediately, so the file of a killed process is readable up to its last
 * figure. If writing fails, for example on a full disk, the training goes on: a warning is logged,
 * and nothing more is written.
 *
 * <p>For one training at a time; not thread safe. If it listens to several trainings in a row
 * (restarts, a search, the folds of a cross-validation), the first is written to the folder itself
 * and the others to its subfolders {@code run-2}, {@code run-3}, …, which TensorBoard shows as
 * separate runs.
 */
public final class TensorBoardListener implements TrainingListener, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TensorBoardListener.class);

  private final @Nullable Path folder; // null where all goes into one stream
  private final Clock clock;
  private String name;
  private OutputStream out;
  private boolean ended;
  private boolean closed;
  private int runs;
  private boolean begun;
  private @Nullable Plan plan;

  /** After the last update; NaN before the first. */
  private double epoch = Double.NaN;

  /** Takes over the stream, which all trainings are written to. */
  TensorBoardListener(String name, OutputStream out, Clock clock) throws IOException {
    this(null, name, out, clock);
  }

  private TensorBoardListener(@Nullable Path folder, String name, OutputStream out, Clock clock)
      throws IOException {
    this.folder = folder;
    this.name = name;
    this.out = out;
    this.clock = clock;
    out.write(EventRecord.version(now()));
  }

  /**
   * Creates a listener that writes to a new file in a folder.
   *
   * @param folder created if it does not exist
   * @throws IOException if the file cannot be created
   */
  public static TensorBoardListener to(Path folder) throws IOException {
    try {
      return in(folder);
    } catch (IOException e) {
      throw new IOException(
          folder
              + ": TensorBoard's file cannot be written there ("
              + e
              + "); choose another folder",
          e);
    }
  }

  private static TensorBoardListener in(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path file = newFile(folder);
    OutputStream out = new FileOutputStream(file.toFile()); // without a buffer
    try {
      return new TensorBoardListener(folder, file.toString(), out, Clock.systemUTC());
    } catch (IOException e) {
      out.close();
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /** TensorBoard reads the files of a folder in the order of their names: the time comes first. */
  private static Path newFile(Path folder) throws IOException {
    long pid = ProcessHandle.current().pid();
    for (int number = 0; ; number++) {
      String name =
          String.format(
              Locale.ROOT,
              "events.out.tfevents.%010d.afina.%d.%d",
              Instant.now().getEpochSecond(),
              pid,
              number);
      try {
        return Files.createFile(folder.resolve(name));
      } catch (FileAlreadyExistsException e) {
        // another listener of this second has it
      }
    }
  }

  @Override
  public void started(Plan plan) {
    this.plan = plan;
    epoch = Double.NaN;
    runs++;
    if (runs > 1 && folder != null && !closed) {
      beginRun(folder.resolve("run-" + runs));
    }
  }

  private void beginRun(Path folderOfRun) {
    endFile();
    begun = false;
    try {
      Files.createDirectories(folderOfRun);
      Path file = newFile(folderOfRun);
      name = file.toString();
      out = new FileOutputStream(file.toFile());
      ended = false;
      write(EventRecord.version(now()));
    } catch (IOException e) {
      log.warn("{}: TensorBoard will not see this training: {}", folderOfRun, e.toString());
    }
  }

  @Override
  public void stepped(Step step) {
    epoch = step.epoch();
    if (!begun && step.step() > 1) {
      write(EventRecord.restart(now(), step.step()));
    }
    begun = true;
  }

  @Override
  public void logged(TrainingState.LogEntry entry) {
    scalars("train/", entry.values(), entry.step());
    scalar("train/epoch", entry.epoch(), entry.step());
  }

  @Override
  public void evaluated(Evaluated evaluation) {
    scalars("eval/", evaluation.metrics(), evaluation.step());
    scalar("eval/runtime", evaluation.duration().toNanos() / 1e9, evaluation.step());
    scalar("train/epoch", evaluation.epoch(), evaluation.step());
  }

  @Override
  public void finished(TrainingResult result) {
    int step = result.steps();
    scalar("train/train_loss", result.trainingLoss(), step);
    scalar("train/train_runtime", result.duration().toNanos() / 1e9, step);
    scalar("train/train_samples_per_second", result.examplesPerSecond(), step);
    if (plan != null) {
      // Without an update: a training that resumed at its end.
      double done = Double.isNaN(epoch) ? (double) step / plan.stepsPerEpoch() : epoch;
      scalar("train/epoch", done, step);
    }
  }

  /** Closes the file. Further calls do nothing, and what is told afterwards is not written. */
  @Override
  public void close() {
    closed = true;
    endFile();
  }

  private void endFile() {
    if (!ended) {
      ended = true;
      try {
        out.close();
      } catch (IOException e) {
        log.warn("{}: could not be closed: {}", name, e.toString());
      }
    }
  }

  private void scalars(String prefix, Map<String, Double> values, int step) {
    values.forEach((key, value) -> scalar(prefix + key, value, step));
  }

  private void scalar(String tag, double value, int step) {
    write(EventRecord.scalar(now(), step, tag, value));
  }

  /** A record that was cut makes all that follow it unreadable, so after a failure none follows. */
  private void write(byte[] record) {
    if (ended) {
      return;
    }
    try {
      out.write(record);
    } catch (IOException e) {
      log.warn(
          "{}: could not be written, so TensorBoard will not see the rest of the training: {}",
          name,
          e.toString());
      endFile();
    }
  }

  private double now() {
    Instant now = clock.instant();
    return now.getEpochSecond() + now.getNano() / 1e9;
  }
}
