package dev.afina.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.data.Columns;
import dev.afina.data.Dataset;
import dev.afina.data.DatasetException;
import dev.afina.data.Example;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that interop/golden_parquet.py wrote with pyarrow. */
class ParquetFileTest {
  @TempDir Path folder;

  static Path file(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(ParquetFileTest.class.getResource("/golden/files/" + name))
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "snappy", "gzip", "zstd", "lz4", "v2", "plain"})
  void parquet_anyCodecAndEncoding_rowsInOrder(String name) throws IOException {
    Dataset data = Dataset.parquet(file(name + ".parquet"));
    assertThat(data.size()).isEqualTo(600);
    assertThat(data.get(0))
        .isEqualTo(Example.of("@user the bus left without me, again 😡 (0)", "anger"));
    assertThat(data.get(8)).isEqualTo(Example.of(" (0)", "anger"));
    assertThat(data.get(599)).isEqualTo(Example.of("¡qué alegría! — 嬉しい (59)", "joy"));
    assertThat(data.stream().map(Example::text).distinct()).hasSize(600);
    assertThat(data.classCounts()).containsEntry("sadness", 120);
  }

  @ParameterizedTest
  @ValueSource(strings = {"snappy", "gzip", "zstd", "lz4"})
  void parquet_compressedPageOfNoBytes_hasNulls(String codec) throws IOException {
    assertThat(Dataset.parquet(file("nulls-" + codec + ".parquet")))
        .containsExactly(Example.of("one"), Example.of("two"));
  }

  @Test
  void parquet_columnsOfAllKinds() throws IOException {
    Path types = file("types.parquet");
    assertThat(Dataset.parquet(types, Columns.standard().pair("pair").label("category")))
        .containsExactly(
            Example.ofPair("one", "eins", "a"),
            Example.ofPair("two", "zwei", "b"),
            Example.ofPair("three", "drei", "a"));
    assertThat(labels(types, "int")).containsExactly("2", null, "0");
    assertThat(labels(types, "bool")).containsExactly("true", "false", null);
    assertThat(labels(types, "gap")).containsExactly("x", null, "z");
    assertThat(labels(types, "score")).containsExactly("0.5", "1", "2");
    assertThat(
            Dataset.parquet(
                types, Columns.standard().text("text", "pair").joinedBy(" = ").unlabelled()))
        .containsExactly(
            Example.of("one = eins"), Example.of("two = zwei"), Example.of("three = drei"));
  }

  private static List<String> labels(Path file, String column) throws IOException {
    return Arrays.asList(
        Dataset.parquet(file, Columns.standard().label(column)).stream()
            .map(Example::label)
            .toArray(String[]::new));
  }

  @Test
  void parquet_wrongColumns_areNamed() {
    Path types = file("types.parquet");
    assertThatThrownBy(() -> Dataset.parquet(types))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(
            "types.parquet: no column \"label\" for the label, the file has \"text\", \"pair\", \"bool\"")
        .hasMessageEndingWith("name the column by Columns.label(...), or call unlabelled()");
    assertThatThrownBy(() -> Dataset.parquet(types, Columns.standard().text("gap").unlabelled()))
        .hasMessageEndingWith("row 1 (counted from 0): column \"gap\" is null, expected a string");
    assertThatThrownBy(() -> Dataset.parquet(types, Columns.standard().text("list").unlabelled()))
        .hasMessageEndingWith(
            "row 0 (counted from 0): column \"list\" is [\"a\", \"b\"], expected a string");
    assertThatThrownBy(() -> Dataset.parquet(types, Columns.standard().label("struct")))
        .hasMessageEndingWith(
            "column \"struct\" is a map, a struct or a list of such, expected single values or lists of them");
  }

  @Test
  void otherColumns_areKeptWithTheirTypes() throws IOException {
    Path types = file("types.parquet");
    Dataset all = Dataset.parquet(types, Columns.standard().label("category").keepAll());

    assertThat(all.get(0))
        .isEqualTo(
            Example.of("one", "a")
                .with("pair", "eins")
                .with("bool", true)
                .with("int", 2)
                .with("score", 0.5)
                .with("gap", "x")
                .with("list", List.of("a", "b")));
    assertThat(all.get(2).column("list")).isNull();
    assertThat(all.get(1).isMissing("int")).isTrue();
    assertThat(Dataset.parquet(types, Columns.standard().label("category").keep("score")).get(2))
        .isEqualTo(Example.of("three", "a").with("score", 2.0));
    assertThatThrownBy(() -> Dataset.parquet(types, Columns.standard().unlabelled().keep("scores")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("no column \"scores\" to keep, the file has \"text\", \"pair\"")
        .hasMessageEndingWith("name the column by Columns.keep(...)");
    assertThatThrownBy(() -> Dataset.parquet(types, Columns.standard().unlabelled().keep("struct")))
        .hasMessageEndingWith(
            "column \"struct\" is a map, a struct or a list of such, expected single values or lists of them");
  }

  @Test
  void stream_hasTheRowsOfTheDataSet() throws IOException {
    Path file = file("v2.parquet");
    try (Stream<Example> rows = Dataset.streamParquet(file, Columns.standard())) {
      assertThat(Dataset.of(rows)).isEqualTo(Dataset.parquet(file));
    }
    Path wrong = file("class-out-of-range.parquet");
    try (Stream<Example> rows = Dataset.streamParquet(wrong, Columns.standard())) {
      assertThatThrownBy(() -> rows.forEach(row -> {}))
          .isInstanceOf(UncheckedIOException.class)
          .hasCauseInstanceOf(DatasetException.class)
          .hasMessageEndingWith(
              "row 0 (counted from 0): label \"7\" is neither one of the classes [a, b] nor a number 0 to 1");
    }
  }

  @Test
  void parquet_empty_hasNoRows() throws IOException {
    assertThat(Dataset.parquet(file("empty.parquet")).size()).isZero();
  }

  @Test
  void parquet_classOutOfRange_isRefused() {
    assertThatThrownBy(() -> Dataset.parquet(file("class-out-of-range.parquet")))
        .isInstanceOf(DatasetException.class)
        .hasMessageEndingWith(
            "row 0 (counted from 0): label \"7\" is neither one of the classes [a, b] nor a number 0 to 1");
  }

  @Test
  void parquet_unknownCodec_isNamed() {
    assertThatThrownBy(() -> Dataset.parquet(file("brotli.parquet")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "brotli.parquet: not a Parquet file that can be read: compressed by BROTLI, expected snappy, zstd, gzip, lz4_raw or none");
  }

  @Test
  void parquet_noParquet_isAnIoException() throws IOException {
    Path text = Files.writeString(folder.resolve("text.parquet"), "text,label\na,b\n");
    assertThatThrownBy(() -> Dataset.parquet(text))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("text.parquet: not a Parquet file that can be read");
    assertThatThrownBy(() -> Dataset.parquet(folder.resolve("none.parquet")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("none.parquet");
    byte[] whole = Files.readAllBytes(file("snappy.parquet"));
    for (int cut : new int[] {0, 3, 8, 100, whole.length / 2, whole.length - 1}) {
      Path part = Files.write(folder.resolve("part.parquet"), Arrays.copyOf(whole, cut));
      assertThatThrownBy(() -> Dataset.parquet(part)).isInstanceOf(IOException.class);
    }
  }
}
