package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Folders that would get in each other's way are refused before a training begins. */
class FitFoldersTest {
  @TempDir Path work;

  /** A training from a checkpoint that is nowhere: to look for it is to fail. */
  private static ClassifierBuilder nowhere(Path output, Path checkpoints) {
    return Classifier.builder()
        .checkpoint("classpath:nowhere/")
        .output(output)
        .checkpoints(checkpoints);
  }

  private static void assertRefused(ClassifierBuilder builder, String message) {
    assertThatThrownBy(() -> builder.fit(ClassifierTest.rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static void assertTaken(ClassifierBuilder builder) {
    assertThatCode(() -> builder.check(true)).doesNotThrowAnyException();
  }

  @Test
  void checkpointsInTheOutput_areRefused() {
    Path output = work.resolve("model");
    for (String inside : List.of("checkpoints", "a/b", "../model/c")) {
      Path checkpoints = output.resolve(inside);
      assertRefused(
          nowhere(output, checkpoints),
          "checkpoints: %s is in the output folder %s, which holds a model and no other folder; name a folder outside it"
              .formatted(checkpoints, output));
    }
    Path same = work.resolve(".").resolve("model");
    assertRefused(
        nowhere(output, same),
        "checkpoints: %s is the output folder %s, which holds a model and no other folder; name a folder outside it"
            .formatted(same, output));
    assertThat(output).doesNotExist();
    assertTaken(nowhere(output, work.resolve("model-checkpoints")));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // where links need a privilege
  void links_areFollowed() throws IOException {
    Path output = Files.createDirectory(work.resolve("model"));
    Path link = Files.createSymbolicLink(work.resolve("link"), output);
    assertThatThrownBy(() -> nowhere(output, link.resolve("new")).check(false))
        .hasMessageContaining(" is in the output folder ");
    assertThatThrownBy(() -> nowhere(link, output).check(false))
        .hasMessageContaining(" is the output folder ");

    Path base = base("base");
    Path other = Files.createSymbolicLink(work.resolve("other"), base);
    assertThatThrownBy(() -> training(base).output(other).restarts(ClassifierTest.rows(), 2))
        .hasMessageStartingWith("restarts: output " + other + " is the folder of checkpoint");
  }

  @Test
  void outputAmongTheCheckpoints_isRefusedOnlyWhereItLooksLikeOne() {
    Path checkpoints = work.resolve("c");
    for (String name :
        List.of("checkpoint-3", "checkpoint-3/model", ".removed-x", ".checkpoint-3.tmp-x")) {
      Path output = checkpoints.resolve(name);
      assertRefused(
          nowhere(output, checkpoints),
          "output: %s would be taken for a training checkpoint in %s; name another folder"
              .formatted(output, checkpoints));
    }
    assertTaken(nowhere(checkpoints.resolve("best"), checkpoints));
    assertTaken(nowhere(checkpoints.resolve("best/checkpoint-3"), checkpoints));
  }

  @Test
  void outputBesideTheCheckpoints_isLeftAlone() throws IOException {
    Path checkpoints = work.resolve("c");
    Path output = checkpoints.resolve("best");
    ClassifierBuilder training =
        ClassifierTest.quick().maxSteps(2).saveEvery(1).output(output).checkpoints(checkpoints);
    training.copy().fit(ClassifierTest.rows()).close();
    training.copy().resume().fit(ClassifierTest.rows()).close();
    Classifier.load(output).close();
  }

  @Test
  void outputOverTheBase_isRefusedWhereTheBaseIsNeededAgain() throws IOException {
    Path base = base("base");
    byte[] before = Files.readAllBytes(base.resolve("model.safetensors"));
    Path checkpoints = work.resolve("c");
    Lora lora = Lora.rank(2);
    assertRefused(
        training(base).output(base).lora(lora).checkpoints(checkpoints),
        "output: %s is the folder of checkpoint \"%s\", which lora(%s) and checkpoints(%s) need as it is to resume; name another folder"
            .formatted(base, base, lora, checkpoints));
    String reason =
        "output %s is the folder of checkpoint \"%s\", which each training starts from and the best one would replace; name another folder"
            .formatted(base, base);
    ClassifierBuilder chosen = training(base).output(base);
    assertThatThrownBy(() -> chosen.restarts(ClassifierTest.rows(), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("restarts: " + reason);
    OptionSearch<ClassifierBuilder> search =
        OptionSearch.<ClassifierBuilder>grid()
            .values(
                "base",
                (b, folder) -> b.checkpoint(folder),
                Golden.path("bert/base").toString(),
                base.toString());
    assertThatThrownBy(() -> chosen.search(ClassifierTest.rows(), search))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("search: " + reason);
    assertThat(Files.readAllBytes(base.resolve("model.safetensors"))).isEqualTo(before);
    assertTaken(training(base).output(base));
    assertTaken(training(base).output(base).lora(lora));
    assertTaken(training(base).output(base).checkpoints(checkpoints));
  }

  @Test
  void outputOverTheBaseOfAnAdapter_isRefused() throws IOException {
    Path base = base("base");
    Path adapter = work.resolve("adapter");
    ClassifierBuilder updates = ClassifierTest.quick().maxSteps(1).lora(Lora.rank(2));
    try (Classifier trained = updates.checkpoint(base).fit(ClassifierTest.rows())) {
      trained.saveAdapter(adapter);
    }
    byte[] before = Files.readAllBytes(base.resolve("model.safetensors"));
    String reason =
        "output: %s is the folder of the base of checkpoint \"%s\", an adapter, which would then be one of other weights; name another folder";
    Path checkpoints = work.resolve("c");
    ClassifierBuilder training = training(adapter).output(base);
    assertRefused(training.copy().checkpoints(checkpoints), reason.formatted(base, adapter));
    assertThat(checkpoints).as("nothing was written").doesNotExist();
    assertThatThrownBy(() -> training.restarts(ClassifierTest.rows(), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(reason.formatted(base, adapter));
    OptionSearch<ClassifierBuilder> search =
        OptionSearch.<ClassifierBuilder>grid()
            .values(
                "checkpoint",
                (b, folder) -> b.checkpoint(folder),
                Golden.path("bert/base").toString(),
                adapter.toString());
    assertThatThrownBy(() -> training.search(ClassifierTest.rows(), search))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(reason.formatted(base, adapter));
    assertThat(Files.readAllBytes(base.resolve("model.safetensors"))).isEqualTo(before);

    Path beside = work.resolve("beside"); // a base that is named from where the adapter is
    Files.move(adapter, beside);
    Path config = beside.resolve("adapter_config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replaceFirst("(\"base_model_name_or_path\": *)\"[^\"]+\"", "$1\"../base\""));
    assertThatThrownBy(() -> training(beside).output(base).check(true))
        .hasMessage(reason.formatted(base, beside));
    assertTaken(training(beside).output(work.resolve("other")));
    assertTaken(training(beside).output(adapter));
  }

  @Test
  void outputOverTheBaseOfAnAdapterFromElsewhere_isRefusedWhenItIsOpened() throws IOException {
    Path base = base("base");
    Path adapter = work.resolve("jar/adapter");
    ClassifierBuilder updates = ClassifierTest.quick().maxSteps(1).lora(Lora.rank(2));
    try (Classifier trained = updates.checkpoint(base).fit(ClassifierTest.rows())) {
      trained.saveAdapter(adapter);
    }
    byte[] before = Files.readAllBytes(base.resolve("model.safetensors"));
    ClassLoader usual = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader jar = new URLClassLoader(new URL[] {work.resolve("jar").toUri().toURL()})) {
      Thread.currentThread().setContextClassLoader(jar);
      assertThatThrownBy(
              () ->
                  ClassifierTest.quick()
                      .checkpoint("classpath:adapter/")
                      .output(base)
                      .fit(ClassifierTest.rows()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "output: %s is the folder of the base of checkpoint \"classpath:adapter/\""
                  .formatted(base));
    } finally {
      Thread.currentThread().setContextClassLoader(usual);
    }
    assertThat(Files.readAllBytes(base.resolve("model.safetensors"))).isEqualTo(before);
  }

  private static ClassifierBuilder training(Path folder) {
    return ClassifierTest.quick()
        .checkpoint(folder)
        .maxSteps(1)
        .validation(ClassifierTest.rows())
        .keepBest("loss");
  }

  /** A copy of the usual base, which a training may harm. */
  private Path base(String name) throws IOException {
    Path copy = Files.createDirectory(work.resolve(name));
    try (Stream<Path> files = Files.list(Golden.path("bert/base"))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName().toString()));
      }
    }
    return copy;
  }
}
