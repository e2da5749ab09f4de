package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.internal.checkpoint.AtomicFolder;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.checkpoint.WatchedFiles;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What lies on the disk before each single change that a save makes to a file or folder: the same
 * as a process leaves that is killed there. {@code KillTest} kills real processes, at random.
 */
class KilledSaveTest {
  private static final Map<String, String> NOTHING = Map.of();

  @TempDir Path work;

  /** What lies on the disk at one moment. */
  private record Moment(String change, Map<String, String> model, Path copy) {}

  @Test
  void save_killedBeforeAnyChange_leavesTheOldModelOrTheNew() throws IOException {
    Path place = Files.createDirectory(work.resolve("place"));
    Path model = place.resolve("model");
    Map<String, String> old;
    Map<String, String> changed;
    List<Moment> moments = new ArrayList<>();
    try (Classifier first = ClassifierTest.quick().maxSteps(1).fit(ClassifierTest.rows());
        Classifier second = ClassifierTest.quick().maxSteps(2).fit(ClassifierTest.rows())) {
      first.save(model);
      Files.writeString(model.resolve("README.md"), "mine");
      old = WatchedFiles.contents(model);
      Path watched =
          WatchedFiles.watch(
              model,
              change -> {
                Path copy = work.resolve("killed-" + moments.size());
                moments.add(
                    new Moment(
                        change,
                        Files.exists(model) ? WatchedFiles.contents(model) : NOTHING,
                        WatchedFiles.copy(place, copy)));
              });
      second.save(watched);
      changed = WatchedFiles.contents(model);
    }
    assertThat(old.keySet()).contains("config.json", "model.safetensors", "README.md");
    assertThat(changed.keySet()).isEqualTo(old.keySet());
    assertThat(changed.get("model.safetensors")).isNotEqualTo(old.get("model.safetensors"));

    // Each file is opened and written, the folder moved, the old one moved and deleted.
    assertThat(moments).hasSizeGreaterThan(3 * old.size());
    int missing = 0;
    boolean isNew = false;
    for (Moment moment : moments) {
      String when = "killed before: " + moment.change;
      if (moment.model.equals(NOTHING)) {
        missing++;
      } else {
        isNew |= !moment.model.equals(old);
        assertSame(when, moment.model, isNew ? changed : old);
      }
      for (Path beside : folders(moment.copy, "\\.model\\.(new|old)-.*")) {
        Map<String, String> files = WatchedFiles.contents(beside);
        assertSame(
            when + ", " + beside,
            files,
            beside.getFileName().toString().contains(".new-") ? changed : old);
      }
      Path killed = moment.copy.resolve("model");
      CheckpointFiles.folder(killed).close(); // whoever loads it, or says why not
      Map<String, String> loaded = WatchedFiles.contents(killed);
      boolean hasNew = loaded.equals(changed);
      assertThat(hasNew || !isNew).as(when).isTrue();
      assertSame(when, loaded, hasNew ? changed : old);
      AtomicFolder.prepare(killed); // as the next save begins
      assertThat(WatchedFiles.contents(moment.copy)).as(when).containsOnlyKeys("model");
      assertThat(WatchedFiles.contents(killed)).as(when).isEqualTo(loaded);
    }
    assertThat(missing).as("moments without a folder, between the two renames").isEqualTo(1);
    assertThat(isNew).as("the old folder is removed after the new one is there").isTrue();
    assertThat(WatchedFiles.contents(place)).containsOnlyKeys("model");
  }

  @Test
  void checkpoints_killedBeforeAnyChange_areWhole_andTheNewestStays() throws IOException {
    Path folder = work.resolve("checkpoints");
    Map<String, Map<String, String>> whole = new TreeMap<>();
    Map<String, SortedMap<String, Map<String, String>>> moments = new LinkedHashMap<>();
    Path watched =
        WatchedFiles.watch(
            folder, change -> moments.put(moments.size() + ", " + change, checkpoints(folder)));
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void saved(int step) {
            try {
              whole.putAll(checkpoints(folder));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    ClassifierTest.quick()
        .maxSteps(3)
        .options(TrainingOptions.standard().saving(s -> s.everySteps(1).limit(1)))
        .checkpoints(watched)
        .listener(listener)
        .fit(ClassifierTest.rows())
        .close();

    assertThat(whole).containsOnlyKeys("checkpoint-1", "checkpoint-2", "checkpoint-3");
    assertThat(whole.get("checkpoint-1").keySet()).hasSizeGreaterThan(5);
    assertThat(moments).hasSizeGreaterThan(3 * 3 * 5);
    String newest = "";
    for (Map.Entry<String, SortedMap<String, Map<String, String>>> moment : moments.entrySet()) {
      String when = "killed before change " + moment.getKey();
      SortedMap<String, Map<String, String>> there = moment.getValue();
      there.forEach(
          (name, files) ->
              assertSame(when + ", " + name, files, whole.getOrDefault(name, NOTHING)));
      String now = there.isEmpty() ? "" : there.lastKey();
      assertThat(now).as(when).isGreaterThanOrEqualTo(newest);
      newest = now;
    }
    assertThat(newest).isEqualTo("checkpoint-3");
    assertThat(WatchedFiles.contents(folder)).containsOnlyKeys("checkpoint-3");
  }

  private static SortedMap<String, Map<String, String>> checkpoints(Path folder)
      throws IOException {
    SortedMap<String, Map<String, String>> found = new TreeMap<>();
    for (Path checkpoint : folders(folder, "checkpoint-.*")) {
      found.put(checkpoint.getFileName().toString(), WatchedFiles.contents(checkpoint));
    }
    return found;
  }

  /** The folders in a folder whose names match; none where it is missing. */
  private static List<Path> folders(Path place, String names) throws IOException {
    if (!Files.exists(place)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(place)) {
      return files.filter(file -> file.getFileName().toString().matches(names)).toList();
    }
  }

  /** Tells of a difference by the names of files, not by their bytes. */
  private static void assertSame(
      String when, Map<String, String> got, Map<String, String> expected) {
    assertThat(got.keySet()).as(when).isEqualTo(expected.keySet());
    assertThat(got.entrySet().stream().filter(f -> !f.getValue().equals(expected.get(f.getKey()))))
        .as(when + ": files that are not those of the same model")
        .extracting(Map.Entry::getKey)
        .isEmpty();
  }
}
