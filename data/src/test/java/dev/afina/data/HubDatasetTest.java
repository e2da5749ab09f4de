package dev.afina.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.hub.HubClient;
import dev.afina.hub.testing.LocalHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets of text files; those of Parquet files are tested in the module that reads them. */
class HubDatasetTest {
  @TempDir Path folder;
  @TempDir Path cache;

  @BeforeEach
  void files() throws IOException {
    put(
        "README.md",
        """
        ---
        configs:
        - config_name: numbers
          default: true
          data_files:
          - split: train
            path: "numbers/*.csv"
          - split: held_out
            path: [numbers/more.tsv]
        - config_name: lines
          data_dir: lines
        - config_name: semi
          sep: ";"
          data_files: semi.csv
        dataset_info:
        - config_name: numbers
          features:
          - name: label
            dtype:
              class_label:
                names:
                  0: '1'
                  1: '0'
                  10: k
                  2: c
                  3: d
                  4: e
                  5: f
                  6: g
                  7: h
                  8: i
                  9: j
        ---
        """);
    put("numbers/a.csv", "text,label\nfirst,0\n\"sec,ond\",10\n");
    put("numbers/b.csv", "label,text\n-1,third\nc,fourth\n");
    put("numbers/more.tsv", "text\tlabel\nfifth, as is\t1\n");
    put("lines/train.jsonl", "{\"a\": \"x\", \"b\": \"y\", \"label\": \"pos\", \"text\": \"t\"}\n");
    put("lines/test.jsonl", "{\"a\": \"u\", \"b\": \"v\", \"label\": null, \"text\": \"t\"}\n");
    put("semi.csv", "text;label\n1,5;a\n");
  }

  private void put(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  @Test
  void csv_classNames_byNumber_evenWhereNamesAreNumbers() throws IOException {
    DatasetSplits splits = HubDataset.in(folder).load();
    assertThat(splits.train())
        .containsExactly(
            Example.of("first", "1"),
            Example.of("sec,ond", "k"),
            Example.of("third"),
            Example.of("fourth", "c"));
    assertThat(splits.split("held_out")).containsExactly(Example.of("fifth, as is", "0"));
    assertThat(splits.labels().orElseThrow().names())
        .containsExactly("1", "0", "c", "d", "e", "f", "g", "h", "i", "j", "k");
    assertThat(splits.toString())
        .isEqualTo(
            folder
                + " numbers\n  train: "
                + splits.train()
                + "\n  held_out: "
                + splits.split("held_out"));
  }

  @Test
  void jsonLines_ofAFolder_withOtherColumns() throws IOException {
    DatasetSplits splits =
        HubDataset.in(folder)
            .configuration("lines")
            .columns(Columns.standard().text("a", "b").joinedBy(" / ").pair("text"))
            .load();
    assertThat(splits.train()).containsExactly(Example.ofPair("x / y", "t", "pos"));
    assertThat(splits.test()).containsExactly(Example.ofPair("u / v", "t"));
    assertThat(splits.labels()).isEmpty();
  }

  @Test
  void csv_delimiterOfTheCard() throws IOException {
    assertThat(HubDataset.in(folder).configuration("semi").load().train())
        .containsExactly(Example.of("1,5", "a"));
  }

  @Test
  void label_outsideTheClasses_isRefused() throws IOException {
    put("numbers/b.csv", "text,label\nx,11\n");
    assertThatThrownBy(() -> HubDataset.in(folder).load())
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("b.csv: row 0 (counted from 0): label \"11\" is neither one of")
        .hasMessageEndingWith("nor a number 0 to 10");
  }

  @Test
  void card_thatCannotBeRead_isNamed() throws IOException {
    put("README.md", "---\nconfigs: [\n---\n");
    assertThatThrownBy(() -> HubDataset.in(folder).load())
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("README.md: its metadata is not YAML: ");
    put("README.md", "---\nconfigs:\n- data_files: a.csv\n---\n");
    assertThatThrownBy(() -> HubDataset.in(folder).load())
        .hasMessageEndingWith("an entry of configs has no config_name: {data_files=a.csv}");
    put(
        "README.md",
        "---\ndataset_info:\n  features:\n  - name: label\n    dtype:\n      class_label:\n        names: {'0': a, '2': b}\n---\n");
    assertThatThrownBy(() -> HubDataset.in(folder).load())
        .hasMessageEndingWith("class_label names are numbered [0, 2], expected 0, 1, 2, ...");
    put(
        "README.md",
        "---\ndataset_info:\n  features:\n  - name: label\n    dtype:\n      class_label: {names: {}}\n---\n");
    assertThatThrownBy(() -> HubDataset.in(folder).load())
        .isInstanceOf(DatasetException.class)
        .hasMessageEndingWith("class_label names are numbered [], expected 0, 1, 2, ...");
  }

  @Test
  void hostileCard_isRefusedInOneLine() throws IOException {
    for (String yaml :
        List.of(
            "configs: &a\n  b: *a",
            "configs: " + "[".repeat(20_000),
            "configs:\n- config_name: default\n  data_files: \"" + "*a".repeat(501) + "\"",
            "configs:\n- data_files: \"" + "x".repeat(1_000_000) + "\"")) {
      put("README.md", "---\n" + yaml + "\n---\n");
      assertThatThrownBy(() -> HubDataset.in(folder).load())
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("README.md: ")
          .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1).hasSizeLessThan(500));
    }
  }

  @Test
  void noFiles_saysWhatIsThere() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("a.arrow"), "x");
    assertThatThrownBy(() -> HubDataset.in(other).load())
        .isInstanceOf(DatasetException.class)
        .hasMessageEndingWith(
            "no Parquet, CSV or JSON Lines files for configuration \"default\"; the suffixes there are [.arrow]");
    assertThatThrownBy(() -> HubDataset.in(other).configuration("x").load())
        .hasMessageEndingWith(
            "no configuration \"x\"; its card names none, leave configuration(...) out");
  }

  @Test
  void parquet_withoutItsModule_saysWhatToAdd() throws IOException {
    Path file = Files.writeString(folder.resolve("a.parquet"), "PAR1");
    assertThatThrownBy(() -> Dataset.parquet(file))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            file
                + ": reading Parquet needs the module afina-parquet, which is not on the class path; add the dependency dev.afina:afina-parquet of the version of afina-core");
  }

  @Test
  void fromTheHub_ofARevision() throws IOException {
    try (LocalHub hub = LocalHub.start()) {
      hub.dataset("ann/rows").put("train.csv", "text,label\na,x\nb,y\n");
      hub.dataset("ann/rows").tag("v1", "main").put("train.csv", "text,label\nc,x\n");
      HubClient client =
          HubClient.builder().endpoint(hub.endpoint().toString()).cache(cache).build();
      assertThat(HubDataset.named("ann/rows@v1").client(client).load().train()).hasSize(2);
      assertThat(HubDataset.named("ann/rows").client(client).load().train())
          .containsExactly(Example.of("c", "x"));
      assertThat(Dataset.hub("ann/rows@v1", client).train()).hasSize(2);
      assertThatThrownBy(() -> Dataset.hub("ann/rows", "b", client))
          .hasMessageContaining("no configuration \"b\"");
      assertThatThrownBy(() -> Dataset.hub("ann/rows", (HubClient) null)).hasMessage("client");
    }
  }
}
