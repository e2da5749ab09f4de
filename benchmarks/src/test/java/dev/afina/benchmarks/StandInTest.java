package dev.afina.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.tokenization.TextPair;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IntSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The data sets that come with the program have the sizes that their README tells. */
class StandInTest {
  private static final int MORE_THAN_ANY = 512;

  @TempDir Path work;
  private BenchData data;

  @BeforeEach
  void open() throws IOException {
    data = new BenchData(null, work);
  }

  @Test
  void emotion_hasLabelsAndLengthsOfTheOriginal() throws IOException {
    Dataset train = data.all(BenchData.Source.EMOTION);
    Dataset test = data.all(BenchData.Source.EMOTION_TEST);
    assertThat(train.classCounts()).isEqualTo(Map.of("0", 1400, "1", 708, "2", 294, "3", 855));
    assertThat(test.classCounts()).isEqualTo(Map.of("0", 558, "1", 358, "2", 123, "3", 382));
    assertThat(lengths(train).getMax()).isEqualTo(60);
    assertThat(lengths(test).getMax()).isEqualTo(59);
    assertThat(lengths(train).getAverage()).isCloseTo(25.5244, within(1e-4));
    assertThat(lengths(test).getAverage()).isCloseTo(25.3863, within(1e-4));
  }

  @Test
  void emotion_sharesNoWholeTextBetweenTrainingAndTest() throws IOException {
    Set<String> train =
        data.all(BenchData.Source.EMOTION).stream()
            .map(Example::text)
            .filter(text -> text.contains(" "))
            .collect(Collectors.toSet());
    assertThat(data.all(BenchData.Source.EMOTION_TEST).stream().map(Example::text))
        .doesNotContainAnyElementsOf(train);
  }

  @Test
  void imdb_has64LongTexts() throws IOException {
    Dataset imdb = data.all(BenchData.Source.IMDB);
    assertThat(imdb.size()).isEqualTo(64);
    assertThat(imdb.classCounts().keySet()).containsExactly("0", "1");
    assertThat(lengths(imdb).getMax()).isEqualTo(256);
    assertThat(lengths(imdb).getAverage()).isCloseTo(193.8906, within(1e-4));
  }

  @Test
  void take_spreadsOverSortedRows_andWritesThem() throws IOException {
    Texts texts = data.take(BenchData.Source.BANKING77, 154);
    assertThat(texts.labels()).hasSize(77);
    Dataset taken = Dataset.jsonLines(texts.file());
    assertThat(taken.size()).isEqualTo(154);
    assertThat(taken.classCounts()).hasSizeGreaterThan(70);
  }

  @Test
  void folderWithoutTheFiles_isRefusedWithTheWayOut() throws IOException {
    Path empty = Files.createDirectory(work.resolve("empty"));
    assertThatThrownBy(() -> new BenchData(empty, work))
        .hasMessageContaining("tweeteval_emotion/train.csv")
        .hasMessageContaining("without it stand-ins");
  }

  private static IntSummaryStatistics lengths(Dataset data) throws IOException {
    try (CheckpointFiles files = CheckpointFiles.open("classpath:all-minilm-l6-v2.onnx");
        Tokenizer tokenizer = Tokenizer.load(files::read)) {
      return tokenizer
          .encodeAll(data.stream().map(e -> new TextPair(e.text(), null)).toList(), MORE_THAN_ANY)
          .stream()
          .mapToInt(e -> e.size())
          .summaryStatistics();
    }
  }
}
