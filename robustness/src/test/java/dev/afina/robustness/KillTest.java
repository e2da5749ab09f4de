package dev.afina.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.Classifier;
import dev.afina.hub.LocalCache;
import dev.afina.hub.testing.LocalHub;
import dev.afina.hub.testing.LocalRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process that saves, trains with an output folder, pushes and pulls at the same time, at
 * seeded moments, until each of these was killed in its middle 20 times. After each kill a reader
 * finds the old or the new model, whole, and what was left behind does not add up; one more run of
 * each leaves nothing.
 */
class KillTest {
  private static final int KILLS = 20;
  private static final long SEED = 20261127;
  private static final int MOST_KILLS = 3 * KILLS;
  private static final int LONGEST_RUN_MILLIS = 250;

  /** So long the Hub does not answer to an upload. */
  private static final int UPLOAD_MILLIS = 40;

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** A checkpoint of a few thousand parameters. */
  private static final Path BASE =
      Path.of("..", "core", "src", "test", "resources", "golden", "models", "bert", "base");

  private static final Pattern LEFT = Pattern.compile("\\.(.+)\\.(?:lock|tmp|new|old)-(.{36})");

  @TempDir(factory = InMemory.class)
  Path work;

  private final Random random = new Random(SEED);
  private final Map<String, Map<String, byte[]>> models = new TreeMap<>();
  private final Map<String, byte[]> pulledWeights = new HashMap<>();
  private final Set<String> seen = new TreeSet<>();
  private final Map<String, Integer> killed = new TreeMap<>();
  private LocalHub hub;

  @Test
  void killedAtAnyMoment_leavesTheOldOrTheNew_andLittleElse() throws Exception {
    Files.createDirectory(work.resolve("tmp"));
    for (String name : List.of("a", "b")) {
      Path folder = work.resolve(name);
      try (Classifier model =
          Classifier.builder().checkpoint(BASE).maxSteps(1).fit(KillProgram.rows(name))) {
        model.save(folder);
      }
      models.put(name, files(folder));
    }
    try (LocalHub started = LocalHub.start()) {
      hub = started;
      publish();
      killAll();
      finish();
    }
  }

  private void killAll() throws Exception {
    for (String work : List.of("save", "train", "pull", KillProgram.UPLOAD)) {
      killed.put(work, 0);
    }
    ChildJvm next = start();
    try {
      for (int kill = 1; Collections.min(killed.values()) < KILLS; kill++) {
        assertThat(kill)
            .as("of these kills only so many were in the middle: %s", killed)
            .isLessThanOrEqualTo(MOST_KILLS);
        try (ChildJvm child = next) {
          child.awaitLine("loaded"::equals, LIMIT);
          next = start(); // loads while the other one works
          child.send("go");
          awaitMoment(child, kill);
          child.kill();
          child.awaitExit(LIMIT);
          assertThat(child.output()).as("before kill " + kill).doesNotContain("FAILED");
          count(child.output().lines().toList());
        }
        check("after kill " + kill);
      }
    } finally {
      next.close();
    }
    System.out.println("killed in the middle: " + killed);
    // Else the moments were too early to show anything.
    assertThat(seen).containsExactlyInAnyOrder("saved", "output", "pushed", "pulled");
  }

  private void awaitMoment(ChildJvm child, int kill) throws InterruptedException {
    if (kill / KillProgram.KINDS.size() % 2 == 0) { // else it may be killed before any ends
      String kind = KillProgram.KINDS.get(kill % KillProgram.KINDS.size());
      child.awaitLine(("ends " + kind)::equals, LIMIT);
    }
    Thread.sleep(random.nextInt(LONGEST_RUN_MILLIS));
    if (kill % 7 > 0) { // few moments are in an upload by themselves
      while (child.nextLine(Duration.ZERO).isPresent()) {
        // only what begins from now on counts
      }
      child.awaitLine(("begins " + KillProgram.UPLOAD)::equals, LIMIT);
      Thread.sleep(random.nextInt(UPLOAD_MILLIS));
    }
  }

  /** What had begun and not ended. Of pulls only the first of each process finds a new commit. */
  private void count(List<String> lines) {
    killed.replaceAll(
        (work, kills) -> {
          int begun = lines.lastIndexOf("begins " + work);
          int ended = lines.lastIndexOf("ends " + work);
          return begun > ended && (ended < 0 || !work.equals("pull")) ? kills + 1 : kills;
        });
  }

  private void finish() throws Exception {
    try (ChildJvm child = start("once")) {
      assertThat(child.awaitExit(LIMIT)).as(child.output()).isZero();
    }
    check("in the end");
    assertThat(names(work)).containsExactlyInAnyOrder("a", "b", "cache", "output", "saved", "tmp");
    assertThat(names(work.resolve("tmp"))).noneMatch(name -> name.contains("afina"));
    assertThat(parts()).isEmpty();
  }

  private ChildJvm start(String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of(work.toString(), hub.endpoint().toString(), hub.token()));
    arguments.addAll(List.of(more));
    return ChildJvm.running(KillProgram.class)
        .heap("256m")
        .options("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
        .property("java.io.tmpdir", work.resolve("tmp").toString())
        .property("ai.djl.pytorch.num_threads", "2")
        .arguments(arguments.toArray(new String[0]))
        .start();
  }

  private void check(String when) throws IOException {
    checkSaved(when);
    checkOutput(when);
    checkPushed(when);
    checkPulled(when);

    Map<String, Set<String>> leftSaves =
        Stream.concat(names(work).stream(), names(work.resolve("tmp")).stream())
            .map(LEFT::matcher)
            .filter(Matcher::matches)
            .collect(
                Collectors.groupingBy(
                    match -> match.group(1),
                    Collectors.mapping(match -> match.group(2), Collectors.toSet())));
    assertThat(leftSaves).as(when).allSatisfy((name, ids) -> assertThat(ids).hasSize(1));
    assertThat(leftSaves.keySet()).as(when).isSubsetOf("saved", "output", "afina-push");
    assertThat(parts()).as(when).hasSizeLessThanOrEqualTo(2);
  }

  private void checkSaved(String when) throws IOException {
    Path folder = work.resolve("saved");
    if (isThere(folder, when)) {
      assertThat(modelOf(files(folder))).as(when).isPresent();
    }
  }

  private void checkOutput(String when) throws IOException {
    isThere(work.resolve("output"), when);
  }

  /** Loads a folder, also one that has to be recovered; it must be there once it was. */
  private boolean isThere(Path folder, String when) throws IOException {
    String name = folder.getFileName().toString();
    boolean left = names(work).stream().anyMatch(n -> n.matches("\\." + name + "\\.(new|old)-.*"));
    if (!Files.exists(folder) && !left) {
      assertThat(seen).as(when).doesNotContain(name);
      return false;
    }
    try (Classifier classifier = Classifier.load(folder)) {
      assertThat(classifier.labels().names()).as(when).isIn(List.of(labels("a"), labels("b")));
      assertThat(classifier.predict("a happy day").score()).as(when).isBetween(0.5, 1.0);
    }
    seen.add(name);
    return true;
  }

  private static List<String> labels(String model) {
    return List.of(model + " no", model + " yes");
  }

  private void checkPushed(String when) {
    if (!hub.exists(LocalRepository.Kind.MODEL, KillProgram.PUSHED)) {
      return;
    }
    LocalRepository repository = hub.model(KillProgram.PUSHED);
    if (!repository.files("main").contains("config.json")) {
      assertThat(repository.files("main")).as(when).isSubsetOf(".gitattributes");
      assertThat(seen).as(when).doesNotContain("pushed");
      return;
    }
    Map<String, byte[]> pushed = new TreeMap<>();
    KillProgram.MODEL_FILES.forEach(name -> pushed.put(name, repository.file("main", name)));
    assertThat(modelOf(pushed)).as(when).isPresent();
    seen.add("pushed");
  }

  private void checkPulled(String when) throws IOException {
    Optional<Path> folder = LocalCache.in(work.resolve("cache")).snapshot(KillProgram.PULLED);
    if (folder.isEmpty()) {
      assertThat(seen).as(when).doesNotContain("pulled");
      return;
    }
    String commit = folder.get().getFileName().toString();
    assertThat(pulledWeights).as(when).containsKey(commit);
    assertThat(folder.get().resolve("model.safetensors"))
        .as(when)
        .hasBinaryContent(pulledWeights.get(commit));
    assertThat(folder.get().resolve("config.json")).as(when).isRegularFile();
    seen.add("pulled");
    if (commit.equals(hub.model(KillProgram.PULLED.repositoryId()).commitId("main"))) {
      publish();
    }
  }

  /** Gives the next child something to pull, which takes as long as it lives. */
  private void publish() {
    byte[] weights = new byte[400_000];
    random.nextBytes(weights);
    byte[] config = ("{\"round\": " + random.nextInt() + "}").getBytes(StandardCharsets.UTF_8);
    LocalRepository repository = hub.model(KillProgram.PULLED.repositoryId());
    String commit =
        repository.commit(
            "main", "next", Map.of("model.safetensors", weights, "config.json", config));
    pulledWeights.put(commit, weights);
    hub.faults().clear();
    hub.faults().on("GET", "").times(Integer.MAX_VALUE).slow(100_000);
    hub.faults().on("PUT", "").times(Integer.MAX_VALUE).delay(Duration.ofMillis(UPLOAD_MILLIS));
  }

  private Optional<String> modelOf(Map<String, byte[]> files) {
    return models.entrySet().stream()
        .filter(model -> isSame(model.getValue(), files))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static boolean isSame(Map<String, byte[]> one, Map<String, byte[]> other) {
    return one.keySet().equals(other.keySet())
        && one.keySet().stream().allMatch(name -> isSame(name, one.get(name), other.get(name)));
  }

  /** Of weights all but the last number, which is a new one in each push. */
  private static boolean isSame(String name, byte[] one, byte[] other) {
    int last = name.equals(KillProgram.WEIGHTS) ? Float.BYTES : 0;
    return Arrays.equals(one, 0, one.length - last, other, 0, other.length - last);
  }

  private static Map<String, byte[]> files(Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (String name : names(folder)) {
      files.put(name, Files.readAllBytes(folder.resolve(name)));
    }
    return files;
  }

  private List<Path> parts() throws IOException {
    Path cache = work.resolve("cache");
    if (!Files.exists(cache)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(cache)) {
      return files.filter(file -> file.toString().matches(".*\\.(incomplete|tmp)")).toList();
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
