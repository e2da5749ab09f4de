package dev.afina.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardListenerTest {
  private static final Clock SECOND_TWO =
      Clock.fixed(Instant.ofEpochSecond(2), ZoneOffset.UTC); // as a double 00 … 00 40

  @Test
  void aScalar_isTheseBytes() {
    // wall_time 1.5, step 300, summary { value { tag "a", simple_value 0.5 } }
    String event =
        "09 000000000000f83f" // field 1, 8 bytes: 1.5
            + "10 ac02" // field 2, varint: 300 = 0b10_0101100
            + "2a 0a" // field 5, 10 bytes: the summary
            + "0a 08" // its field 1, 8 bytes: a value
            + "0a 01 61" // its field 1, 1 byte: "a"
            + "15 0000003f"; // its field 2, 4 bytes: 0.5f
    byte[] bytes = HexFormat.of().parseHex(event.replace(" ", ""));

    byte[] record = EventRecord.scalar(1.5, 300, "a", 0.5);

    // So begins every event file of TensorFlow, whose first event has 24 bytes, too.
    assertThat(HexFormat.of().formatHex(record, 0, 12)).isEqualTo("1800000000000000" + "a37f4b22");
    assertThat(Arrays.copyOfRange(record, 12, 12 + 24)).isEqualTo(bytes);
    assertThat(record).hasSize(8 + 4 + 24 + 4);
  }

  @Test
  void aFile_beginsWithItsVersion() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new TensorBoardListener("test", out, SECOND_TWO).close();

    // file_version "brain.Event:2"
    assertThat(events(out.toByteArray()))
        .containsExactly(new Event(2.0, 0, "", 0f, "1a0d" + "627261696e2e4576656e743a32"));
  }

  @Test
  void aTraining_hasTheCurvesOfTransformers(@TempDir Path folder) throws IOException {
    TrainingOptions options =
        TrainingOptions.standard()
            .batchSize(4) // of 24 examples: 6 updates
            .epochs(1)
            .loggingSteps(3)
            .evaluation(e -> e.everySteps(6));
    List<TrainingState.LogEntry> logged = new ArrayList<>();
    TrainingListener notes =
        new TrainingListener() {
          @Override
          public void logged(TrainingState.LogEntry entry) {
            logged.add(entry);
          }
        };
    try (LinearRegression task = LinearRegression.plane();
        TensorBoardListener board = TensorBoardListener.to(folder.resolve("runs/first"))) {
      task.evaluation = r -> Map.of("accuracy", 0.75);
      Trainer.fit(task, options, TrainingListener.all(notes, board));
    }

    Map<String, List<Integer>> steps = new LinkedHashMap<>();
    Map<String, Float> last = new LinkedHashMap<>();
    for (Event event : events(Files.readAllBytes(onlyFile(folder.resolve("runs/first"))))) {
      if (!event.tag().isEmpty()) {
        steps.computeIfAbsent(event.tag(), t -> new ArrayList<>()).add(event.step());
        last.put(event.tag(), event.value());
      }
    }
    assertThat(steps)
        .containsOnly(
            entry("train/loss", List.of(3, 6)),
            entry("train/grad_norm", List.of(3, 6)),
            entry("train/learning_rate", List.of(3, 6)),
            entry("train/epoch", List.of(3, 6, 6, 6)),
            entry("eval/accuracy", List.of(6)),
            entry("eval/runtime", List.of(6)),
            entry("train/train_loss", List.of(6)),
            entry("train/train_runtime", List.of(6)),
            entry("train/train_samples_per_second", List.of(6)));
    assertThat(last)
        .containsEntry("eval/accuracy", 0.75f)
        .containsEntry("train/epoch", 1f)
        .containsEntry("train/loss", logged.get(1).values().get("loss").floatValue());
  }

  /** 5 batches an epoch in updates of 2, 2 and 1; the second one ends the training. */
  @Test
  void epochs_areCountedByBatches_alsoAtTheEnd() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LinearRegression task = LinearRegression.plane();
        TensorBoardListener board = new TensorBoardListener("test", out, SECOND_TWO)) {
      TrainingOptions options =
          TrainingOptions.standard().batchSize(5).accumulationSteps(2).maxSteps(2).loggingSteps(2);
      Trainer.fit(task, options, board);
    }
    assertThat(events(out.toByteArray()))
        .filteredOn(event -> event.tag().equals("train/epoch"))
        .extracting(Event::value)
        .containsExactly(0.8f, 0.8f);
  }

  @Test
  void aCrash_leavesAllWholeRecordsReadable() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<Integer> ends = new ArrayList<>();
    TensorBoardListener board = new TensorBoardListener("test", out, SECOND_TWO);
    ends.add(out.size());
    for (int step = 1; step <= 3; step++) {
      board.logged(new TrainingState.LogEntry(step, step, Map.of("loss", 1.0 / step)));
      ends.add(out.size()); // without close() or flush(): a killed process does neither
    }

    for (int length = 0; length <= out.size(); length++) {
      byte[] left = Arrays.copyOf(out.toByteArray(), length);
      int whole = length;
      // Each entry is two records, train/loss and train/epoch.
      int least = 0;
      for (int i = 0; i < ends.size(); i++) {
        least = ends.get(i) <= whole ? 1 + 2 * i : least;
      }
      assertThat(events(left).size()).isBetween(least, least + 1);
    }
  }

  @Test
  void aFullDisk_endsTheFileAndNotTheTraining() throws IOException {
    FullDisk disk = new FullDisk(200);
    String warnings =
        standardError(
            () -> {
              try (LinearRegression task = LinearRegression.plane();
                  TensorBoardListener board = new TensorBoardListener("board", disk, SECOND_TWO)) {
                TrainingResult result =
                    Trainer.fit(task, TrainingOptions.standard().epochs(4).loggingSteps(1), board);
                assertThat(result.end()).isEqualTo(TrainingResult.End.COMPLETE);
              }
            });

    assertThat(warnings)
        .containsOnlyOnce(
            "board: could not be written, so TensorBoard will not see the rest of the training:"
                + " java.io.IOException: no space left");
    assertThat(disk.failures).as("tries after the first failure").isEqualTo(1);
    assertThat(disk.closed).isTrue();
    assertThat(events(disk.toByteArray())).isNotEmpty();
  }

  @Test
  void aTrainingThatGoesOn_saysFromWhere() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TensorBoardListener board = new TensorBoardListener("test", out, SECOND_TWO)) {
      board.stepped(step(901));
      board.stepped(step(902));
    }

    List<Event> events = events(out.toByteArray());
    assertThat(events).hasSize(2);
    // session_log { status: START }
    assertThat(events.get(1)).isEqualTo(new Event(2.0, 901, "", 0f, "3a020801"));
  }

  @Test
  void aTrainingThatBegins_saysNothingOfThat() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TensorBoardListener board = new TensorBoardListener("test", out, SECOND_TWO)) {
      board.stepped(step(1));
      board.stepped(step(2));
    }

    assertThat(events(out.toByteArray())).hasSize(1);
  }

  @Test
  void aFolderThatCannotBe_isRefusedBeforeTheTraining(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> TensorBoardListener.to(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ": TensorBoard's file cannot be written there (")
        .hasMessageEndingWith("; choose another folder");
  }

  @Test
  void twoOfOneSecond_haveFilesOfTheirOwn(@TempDir Path folder) throws IOException {
    try (TensorBoardListener first = TensorBoardListener.to(folder);
        TensorBoardListener second = TensorBoardListener.to(folder)) {
      first.close();
      first.close();
    }

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .hasSize(2)
          .allMatch(
              name -> name.matches("events\\.out\\.tfevents\\.\\d{10}\\.afina\\.\\d+\\.\\d+"));
    }
  }

  @Test
  void severalTrainings_areSeveralRuns(@TempDir Path folder) throws IOException {
    TrainingOptions options = TrainingOptions.standard().batchSize(4).epochs(1).loggingSteps(2);
    try (TensorBoardListener board = TensorBoardListener.to(folder)) {
      for (int i = 0; i < 3; i++) {
        try (LinearRegression task = LinearRegression.plane()) {
          Trainer.fit(task, options, board);
        }
      }
    }

    List<List<Event>> runs = new ArrayList<>();
    for (Path run : List.of(folder, folder.resolve("run-2"), folder.resolve("run-3"))) {
      try (Stream<Path> files = Files.list(run)) {
        Path file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
        runs.add(events(Files.readAllBytes(file)));
      }
    }
    assertThat(runs.get(0)).filteredOn(e -> e.tag().equals("train/loss")).hasSize(3);
    for (List<Event> run : runs) {
      assertThat(run.stream().map(Event::tag))
          .isEqualTo(runs.get(0).stream().map(Event::tag).toList());
    }
  }

  /** A disk that has room for some bytes. */
  private static final class FullDisk extends ByteArrayOutputStream {
    private final int room;
    int failures;
    boolean closed;

    FullDisk(int room) {
      this.room = room;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      int left = Math.min(bytes.length, room - size());
      write(bytes, 0, left);
      if (left < bytes.length) {
        failures++;
        throw new IOException("no space left");
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static TrainingListener.Step step(int number) {
    return TrainingListener.Step.of(number, 1000, 1, 0.5, 1e-5, 1, 8, 100, Duration.ZERO);
  }

  /** What an event of a file is; {@code other} holds the fields after the step. */
  private record Event(double wallTime, int step, String tag, float value, String other) {}

  /** The whole records of a file, as TensorBoard reads them: sums are checked, a rest is left. */
  private static List<Event> events(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (in.remaining() >= 12) {
      int start = in.position();
      long length = in.getLong();
      assertThat(in.getInt()).isEqualTo(masked(file, start, 8));
      if (in.remaining() < length + 4) {
        break;
      }
      byte[] event = new byte[(int) length];
      in.get(event);
      assertThat(in.getInt()).isEqualTo(masked(event, 0, event.length));
      events.add(event(ByteBuffer.wrap(event).order(ByteOrder.LITTLE_ENDIAN)));
    }
    return events;
  }

  private static int masked(byte[] bytes, int from, int length) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, from, length);
    int value = (int) sum.getValue();
    return ((value >>> 15) | (value << 17)) + 0xa282ead8;
  }

  private static Event event(ByteBuffer in) {
    assertThat(in.get()).isEqualTo((byte) 0x09);
    double wallTime = in.getDouble();
    assertThat(in.get()).isEqualTo((byte) 0x10);
    int step = varint(in);
    byte[] rest = new byte[in.remaining()];
    in.duplicate().get(rest);
    String other = HexFormat.of().formatHex(rest);
    if (in.get() != 0x2a) {
      return new Event(wallTime, step, "", 0f, other);
    }
    varint(in);
    in.get();
    varint(in);
    in.get();
    byte[] tag = new byte[varint(in)];
    in.get(tag);
    assertThat(in.get()).isEqualTo((byte) 0x15);
    return new Event(wallTime, step, new String(tag, StandardCharsets.UTF_8), in.getFloat(), other);
  }

  private static int varint(ByteBuffer in) {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  private static Path onlyFile(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }

  interface Action {
    void run() throws IOException;
  }

  /** What the log of this thread's action says. */
  static String standardError(Action action) throws IOException {
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream caught = new PrintStream((OutputStream) bytes, true, StandardCharsets.UTF_8)) {
      System.setErr(caught);
      action.run();
    } finally {
      System.setErr(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
