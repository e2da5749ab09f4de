package dev.afina.examples.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.examples.Run;
import dev.afina.examples.Samples;
import dev.afina.examples.shipped.Banking77;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewsTest {
  @TempDir Path folder;

  @Test
  void agNews_isReadAsTheNotebookReadsIt() throws IOException {
    Path file =
        Files.write(
            folder.resolve("train.csv"),
            List.of(
                "\"3\",\"Wall St. Bears\",\"Short-sellers,\\are back\"",
                "\"1\",\"A \"\"quoted\"\" title\",\"Peace\""));
    assertThat(News.agNews(file, Labels.of("World", "Sports", "Business")))
        .containsExactly(
            Example.of("Wall St. Bears Short-sellers, are back", "Business"),
            Example.of("A \"quoted\" title Peace", "World"));
  }

  @Test
  void agNews_isLearned_andReportedByItsNames() throws IOException {
    Files.write(folder.resolve("classes.txt"), List.of("World", "Sports", "Business", "Sci/Tech"));
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add("\"" + (i % 4 + 1) + "\",\"card money\",\"number " + i + "\"");
    }
    Files.write(folder.resolve("train.csv"), rows);
    Files.write(folder.resolve("test.csv"), rows.subList(0, 8));
    Run run =
        Run.of(
            "news",
            "--data",
            folder.toString(),
            "--checkpoint",
            Samples.checkpoint(),
            "--output",
            folder.resolve("model").toString(),
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.lines()).hasSize(1);
    JsonObject json = run.json();
    assertThat(json.get("accuracy").getAsDouble()).isBetween(0.0, 1.0);
    assertThat(json.get("testExamples").getAsInt()).isEqualTo(8);
    assertThat(json.getAsJsonArray("history")).hasSize(2);
    assertThat(run.err())
        .contains("train: Dataset[18 rows", "validation: Dataset[2 rows")
        .containsPattern("\n +Sci/Tech +[01]\\.");
    // No head that transformers knows by a class: Python must not open it with another one.
    assertThat(folder.resolve("model/afina_model.safetensors")).exists();
  }

  @Test
  void topicsOfBanking77_areFour() throws IOException {
    Dataset topics = Banking77.topics(Banking77.test());
    assertThat(topics.classCounts()).hasToString("{card=1000, cash=320, top-up=400, transfer=400}");
    assertThat(topics.get(0)).isEqualTo(Example.of("How do I locate my card?", "card"));
  }

  @Test
  void aClassThatHasNoName_isNamedWithItsRow() throws IOException {
    Files.write(folder.resolve("classes.txt"), List.of("World", "Sports"));
    Files.write(folder.resolve("train.csv"), List.of("\"1\",\"a\",\"b\"", "\"3\",\"c\",\"d\""));
    Files.write(folder.resolve("test.csv"), List.of("\"1\",\"a\",\"b\""));
    Run run = Run.of("news", "--data", folder.toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("afina-examples news: row 1 (counted from 0): label \"3\" is neither one of");
    assertThat(run.err().lines().filter(line -> !line.startsWith("[WARN]"))).hasSize(1);
  }
}
