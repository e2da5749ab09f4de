package dev.afina.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.internal.model.Architectures;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowsTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void allRows_areThoseOfTheTable_andTwoOfEachFamily() {
    List<String> names = Rows.all().stream().map(Row::name).toList();
    assertThat(names.subList(0, 25))
        .containsExactly(
            "train-emotion-padded",
            "train-emotion",
            "train-emotion-grouped",
            "train-banking77",
            "train-emotion-bf16",
            "train-base-imdb",
            "predict-pipeline",
            "predict-onnx",
            "predict-one",
            "predict-one-8",
            "predict-one-vectors",
            "predict-one-8-vectors",
            "predict-one-128",
            "predict-one-int8",
            "predict-one-float16",
            "predict-int8",
            "predict-concurrent",
            "predict-mixed-lengths",
            "mc-dropout",
            "efficiency",
            "memory",
            "memory-base",
            "startup",
            "tokenizers",
            "spark-score");
    assertThat(names.subList(25, names.size()))
        .containsExactlyElementsOf(
            Architectures.modelTypes().stream()
                .flatMap(family -> Stream.of("predict-" + family, "train-" + family))
                .toList())
        .contains("predict-bert", "train-bert", "predict-deberta-v2")
        .doesNotHaveDuplicates();
  }

  @Test
  void named_areInTheTablesOrder() {
    assertThat(Rows.named(List.of("memory", "train-emotion")).stream().map(Row::name))
        .containsExactly("train-emotion", "memory");
    assertThat(Rows.named(List.of("train-bert", "predict-bert")).stream().map(Row::name))
        .containsExactly("predict-bert", "train-bert");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "table --rows memory,tempo | no row tempo; there are train-emotion-padded, train-emotion,",
        "table --rounds 0 | --rounds: expected 1 or more, got 0",
        "table --quik | Unknown option: '--quik'",
        "page --scaling x | Missing required option: '--table=FILE'",
        "tabel | Unmatched argument at index 0: 'tabel'",
      })
  void wrongUsage_isOneLineAndCode2(String arguments, String message) {
    assertThat(run(arguments.split(" "))).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(message);
    assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
    assertThat(out.size()).isZero();
  }

  @Test
  void missingFile_isOneLineAndCode1() {
    assertThat(run("page", "--table", "none.json", "--scaling", "none.json")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("none.json");
    assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
  }

  private int run(String... arguments) {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return Main.run(console, arguments);
  }
}
