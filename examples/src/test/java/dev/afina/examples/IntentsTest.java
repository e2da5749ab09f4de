package dev.afina.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.afina.data.Dataset;
import dev.afina.examples.shipped.Banking77;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntentsTest {
  @TempDir Path folder;

  @Test
  void banking77_isWhole() throws IOException {
    Dataset train = Banking77.train();
    Dataset test = Banking77.test();
    assertThat(train.size()).isEqualTo(10_003);
    assertThat(test.size()).isEqualTo(3_080);
    assertThat(test.classCounts().values()).containsOnly(40);
    assertThat(Banking77.intents()).hasSize(77).containsAll(train.classCounts().keySet());
    assertThat(new LinkedHashSet<>(Banking77.intents(20))).hasSize(20);
    assertThat(Banking77.intents(77)).isEqualTo(Banking77.intents());
  }

  /** With the real MiniLM: the pretrained weights are what makes so few rows enough. */
  @Test
  void slice_trainsSavesAndLoadsAgain() {
    Path model = folder.resolve("model");
    Run run =
        Run.of(
            "intents",
            "--intents",
            "3",
            "--rows",
            "60",
            "--epochs",
            "2",
            "--output",
            model.toString(),
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.lines()).hasSize(1);
    JsonObject json = run.json();
    assertThat(json.get("accuracy").getAsDouble()).isGreaterThan(0.8);
    assertThat(json.get("labels").getAsInt()).isEqualTo(3);
    assertThat(json.get("trainExamples").getAsInt()).isEqualTo(60);
    assertThat(json.get("steps").getAsInt()).isEqualTo(8);
    assertThat(json.get("modelBytes").getAsLong()).isGreaterThan(80_000_000);
    assertThat(json.get("reloadedAgrees").getAsBoolean()).isTrue();
    assertThat(json.getAsJsonArray("history")).hasSize(2);
    assertThat(json.keySet())
        .contains("macroF1", "loss", "examplesPerSecond", "seconds", "epochs", "seed", "output");
    assertThat(run.err())
        .contains("Casanueva et al. 2020", "CC BY 4.0", "f1-score", "saved to " + model)
        .contains("in truth", "loaded again from " + model + ": agrees on 60 texts");
  }
}
