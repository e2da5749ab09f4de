package dev.afina.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.CheckpointException;
import dev.afina.internal.checkpoint.SaveClaim.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed save leaves, made by hand; {@code KillTest} makes it by killing. */
class LeftoversTest {
  private static final String PREFIX = ".model.";

  @TempDir Path parent;
  private Path target;

  @BeforeEach
  void name() {
    target = parent.resolve("model");
  }

  @Test
  void killedBetweenTheRenames_loadPutsTheNewFolderInPlace_andTheNextSaveRemovesTheOld()
      throws IOException {
    String id = id();
    model(path(Kind.OLD, id), "old");
    model(path(Kind.NEW, id), "new");

    try (CheckpointFiles files = CheckpointFiles.open(target.toString())) {
      assertThat(files.config().get("is").getAsString()).isEqualTo("new");
    }
    assertThat(names()).containsExactly(".model.old-" + id, "model");

    save("newer");
    assertThat(is(target)).isEqualTo("newer");
    assertThat(names()).containsExactly("model");
  }

  @Test
  void onlyTheOldFolderLeft_isRecovered_alsoBySave_whichKeepsForeignFiles() throws IOException {
    Path old = model(path(Kind.OLD, id()), "old");
    Files.writeString(old.resolve("README.md"), "mine");

    save("new");
    assertThat(is(target)).isEqualTo("new");
    assertThat(target.resolve("README.md")).hasContent("mine");
    assertThat(names()).containsExactly("model");
  }

  @Test
  void linkWhoseFolderIsAside_isRecovered() throws IOException {
    Path link = Files.createSymbolicLink(parent.resolve("current"), Path.of("model"));
    model(path(Kind.NEW, id()), "new");

    try (CheckpointFiles files = CheckpointFiles.folder(link)) {
      assertThat(files.config().get("is").getAsString()).isEqualTo("new");
    }
    assertThat(link).isSymbolicLink();
  }

  @Test
  void unfinishedFolder_isNeverRecovered_andRemovedByTheNextSave() throws IOException {
    model(path(Kind.TMP, id()), "half");

    assertThatThrownBy(() -> CheckpointFiles.folder(target))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(target + ": no such folder");
    AtomicFolder.prepare(target);
    assertThat(names()).isEmpty();
  }

  @Test
  void load_ofAFolderThatIsThere_removesNothing() throws IOException {
    model(target, "now");
    model(path(Kind.OLD, id()), "old");
    model(path(Kind.TMP, id()), "half");

    try (CheckpointFiles files = CheckpointFiles.folder(target)) {
      assertThat(files.config().get("is").getAsString()).isEqualTo("now");
    }
    assertThat(names()).hasSize(3);
  }

  @Test
  void namesThatOnlyLookSimilar_stay() throws IOException {
    List<String> others =
        List.of(
            ".model.old-backup",
            ".model.tmp-1",
            ".model.old-" + id() + "x",
            ".model2.old-" + id(),
            "model.old-" + id());
    for (String other : others) {
      model(parent.resolve(other), "mine");
    }
    save("new");
    assertThat(names()).contains(others.toArray(new String[0])).hasSize(others.size() + 1);
  }

  @Test
  void saveThatRunsInAnotherProcess_isLeftAlone_untilItIsKilled() throws Exception {
    try (HeldSave other = HeldSave.start(target)) {
      List<String> held = names();
      assertThat(held).hasSize(2).allMatch(name -> name.startsWith(PREFIX));

      save("ours");
      assertThat(is(target)).isEqualTo("ours");
      assertThat(names()).containsAll(held).hasSize(3);
      try (CheckpointFiles files = CheckpointFiles.folder(target)) {
        assertThat(files.config().get("is").getAsString()).isEqualTo("ours");
      }
      assertThat(names()).containsAll(held);

      other.kill();
      save("ours again");
      assertThat(names()).containsExactly("model");
    }
  }

  @Test
  void saveThatRunsInAnotherProcess_finishesBesideOurs() throws Exception {
    try (HeldSave other = HeldSave.start(target)) {
      save("ours");
      other.finish();
      assertThat(is(target)).isEqualTo("held");
      assertThat(names()).containsExactly("model");
    }
  }

  @Test
  void manySavesAtOnce_allSucceed_andOneOfThemIsThere() throws Exception {
    int threads = 6;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        String name = "of thread " + i;
        running.add(
            pool.submit(
                () -> {
                  for (int round = 0; round < 10; round++) {
                    save(name);
                  }
                  return null;
                }));
      }
      for (Future<?> save : running) {
        save.get(60, TimeUnit.SECONDS);
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(is(target)).startsWith("of thread ");
    assertThat(names()).containsExactly("model");
  }

  /** Who has it took the new file for a leftover, and deletes it next, with all that has its id. */
  @Test
  void claimWhoseLockAnotherHas_isGivenUpForANewOne() throws IOException {
    List<FileChannel> others = new ArrayList<>();
    List<Path> locked = new ArrayList<>();
    Path watched =
        WatchedFiles.watch(
            parent,
            change -> {
              if (change.startsWith("lock ") && others.isEmpty()) {
                locked.add(Path.of(change.substring("lock ".length())));
                others.add(FileChannel.open(locked.get(0), StandardOpenOption.WRITE));
                assertThat(others.get(0).tryLock()).isNotNull();
              }
            });
    try (SaveClaim claim = SaveClaim.take(watched, PREFIX)) {
      assertThat(names()).containsExactly(".model.lock-" + claim.id());
      assertThat(locked.get(0)).doesNotExist();
    } finally {
      others.get(0).close();
    }
    assertThat(names()).isEmpty();
  }

  @Test
  void load_whileASaveHasTheFolderAside_waits() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try (SaveClaim claim = SaveClaim.take(parent, PREFIX)) {
      Path old = model(claim.path(Kind.OLD), "old");
      Future<String> read =
          reader.submit(
              () -> {
                reading.countDown();
                try (CheckpointFiles files = CheckpointFiles.folder(target)) {
                  return files.config().get("is").getAsString();
                }
              });
      reading.await();
      Thread.sleep(100);
      assertThat(read.isDone()).isFalse();
      Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo("old");
    } finally {
      reader.shutdownNow();
    }
  }

  @Test
  void prepare_targetThatCannotBeMade_saysWhere() throws IOException {
    Path file = Files.writeString(parent.resolve("file"), "x");
    assertThatThrownBy(() -> AtomicFolder.prepare(file.resolve("a/b")))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file.resolve("a/b") + ": cannot be written (")
        .hasMessageEndingWith("; " + file + " is no folder: choose another path");
    AtomicFolder.prepare(parent.resolve("a/b"));
    assertThat(names()).containsExactly("file");
  }

  @Test
  void scratchFolder_ofAKilledProcess_isRemovedByTheNext() throws IOException {
    String prefix = ".afina-test.";
    Path place = Path.of(System.getProperty("java.io.tmpdir"));
    Path left =
        Files.createDirectory(SaveClaim.path(place, prefix, Kind.TMP, UUID.randomUUID() + ""));
    Files.writeString(left.resolve("model.safetensors"), "half");

    try (ScratchFolder first = ScratchFolder.make("afina-test");
        ScratchFolder second = ScratchFolder.make("afina-test")) {
      assertThat(left).doesNotExist();
      assertThat(first.path()).isEmptyDirectory();
      assertThat(second.path()).isEmptyDirectory();
    }
    try (Stream<Path> files = Files.list(place)) {
      assertThat(files.map(f -> f.getFileName().toString())).noneMatch(n -> n.startsWith(prefix));
    }
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }

  private Path path(Kind kind, String id) {
    return SaveClaim.path(parent, PREFIX, kind, id);
  }

  private void save(String is) throws IOException {
    AtomicFolder.write(
        target, folder -> Files.writeString(folder.resolve("config.json"), config(is)));
  }

  static String config(String is) {
    return "{\"model_type\": \"bert\", \"is\": \"" + is + "\"}";
  }

  private static Path model(Path folder, String is) throws IOException {
    Files.createDirectory(folder);
    Files.writeString(folder.resolve("config.json"), config(is));
    return folder;
  }

  private static String is(Path folder) throws IOException {
    try (CheckpointFiles files = CheckpointFiles.folder(folder)) {
      return files.config().get("is").getAsString();
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
