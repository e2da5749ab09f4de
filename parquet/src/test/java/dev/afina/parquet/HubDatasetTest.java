package dev.afina.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.data.Columns;
import dev.afina.data.Dataset;
import dev.afina.data.DatasetException;
import dev.afina.data.DatasetSplits;
import dev.afina.data.Example;
import dev.afina.data.HubDataset;
import dev.afina.data.Labels;
import dev.afina.hub.HubClient;
import dev.afina.hub.HubException;
import dev.afina.hub.testing.LocalHub;
import dev.afina.hub.testing.LocalRepository;
import dev.afina.hub.testing.RecordedRequest;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets in the layouts of the Hub; what Python's datasets reads from them is the truth. */
class HubDatasetTest {
  @TempDir Path cache;

  private static Path folder(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(HubDatasetTest.class.getResource("/golden/datasets/" + name))
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void requireAsPythonReads(String name, DatasetSplits splits) throws IOException {
    JsonObject expected =
        JsonParser.parseString(Files.readString(folder("expected.json")))
            .getAsJsonObject()
            .getAsJsonObject(name);
    assertThat(splits.names()).containsExactlyInAnyOrderElementsOf(expected.keySet());
    for (String split : expected.keySet()) {
      List<Example> rows = new ArrayList<>();
      for (JsonElement row : expected.getAsJsonArray(split)) {
        JsonElement label = row.getAsJsonArray().get(1);
        rows.add(
            Example.of(row.getAsJsonArray().get(0).getAsString())
                .withLabel(label.isJsonNull() ? null : label.getAsString()));
      }
      assertThat(splits.split(split)).as(split).isEqualTo(Dataset.of(rows));
    }
  }

  private static LocalRepository put(LocalHub hub, String id, String folderName)
      throws IOException {
    LocalRepository repository = hub.dataset(id);
    files(folderName).forEach(repository::put);
    return repository;
  }

  private static Map<String, byte[]> files(String folderName) throws IOException {
    Path root = folder(folderName);
    Map<String, byte[]> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(root.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  private HubClient client(LocalHub hub) {
    return HubClient.builder()
        .endpoint(hub.endpoint().toString())
        .token(hub.token())
        .cache(cache)
        .build();
  }

  /** The files that the repository gave since the start, sorted, each as often as it did. */
  private static List<String> downloads(LocalHub hub, String id) {
    String prefix = "/datasets/" + id + "/resolve/";
    return hub.requests().stream()
        .filter(request -> request.method().equals("GET"))
        .map(RecordedRequest::path)
        .filter(path -> path.startsWith(prefix))
        .map(path -> path.substring(path.indexOf('/', prefix.length()) + 1))
        .sorted()
        .toList();
  }

  @Test
  void tweetEval_configurationsOfTheCard() throws IOException {
    DatasetSplits emotion = HubDataset.in(folder("tweet_eval")).configuration("emotion").load();
    requireAsPythonReads("tweet_eval emotion", emotion);
    assertThat(emotion.labels()).contains(Labels.of("anger", "joy", "optimism", "sadness"));
    assertThat(emotion.train().size()).isEqualTo(6);
    assertThat(emotion.names()).containsExactly("train", "test", "validation");
    requireAsPythonReads(
        "tweet_eval irony", HubDataset.in(folder("tweet_eval")).configuration("irony").load());
  }

  @Test
  void tweetEval_withoutConfiguration_listsThem() {
    assertThatThrownBy(() -> HubDataset.in(folder("tweet_eval")).load())
        .isInstanceOf(DatasetException.class)
        .hasMessageEndingWith("tweet_eval: configuration(...) is needed, one of [emotion, irony]");
    assertThatThrownBy(() -> HubDataset.in(folder("tweet_eval")).configuration("emoji").load())
        .hasMessageEndingWith("no configuration \"emoji\", expected one of [emotion, irony]");
    HubDataset emotion = HubDataset.in(folder("tweet_eval")).configuration("emotion");
    assertThatThrownBy(() -> emotion.splits("train", "dev").load())
        .hasMessageEndingWith("no split \"dev\", expected one of [train, test, validation]");
  }

  @Test
  void agNews_namesOfFiles_andClassesInThem() throws IOException {
    DatasetSplits news = HubDataset.in(folder("ag_news")).load();
    requireAsPythonReads("ag_news", news);
    assertThat(news.labels()).contains(Labels.of("World", "Sports", "Business", "Sci/Tech"));
    assertThat(news.names()).containsExactly("train", "test");
    assertThatThrownBy(news::validation)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("split \"validation\": ")
        .hasMessageEndingWith("ag_news default has [train, test]");
  }

  @Test
  void imdb_unknownClass_isNoLabel() throws IOException {
    DatasetSplits films = HubDataset.in(folder("imdb")).load();
    requireAsPythonReads("imdb", films);
    assertThat(films.split("unsupervised").classCounts()).isEmpty();
  }

  @Test
  void fromTheHub_onlyWhatIsAskedFor_thenFromTheCache() throws IOException {
    try (LocalHub hub = LocalHub.start()) {
      put(hub, "cardiffnlp/tweet_eval", "tweet_eval");
      hub.dataset("tweet_eval")
          .renameTo("old/tweet_eval"); // a model of the old short name is no more
      HubDataset emotion =
          HubDataset.named("cardiffnlp/tweet_eval").configuration("emotion").client(client(hub));
      requireAsPythonReads("tweet_eval emotion", emotion.load());
      assertThat(hub.requests()).noneMatch(request -> request.path().contains("irony"));
      Path snapshots = cache.resolve("datasets--cardiffnlp--tweet_eval/snapshots");
      assertThat(snapshots)
          .isDirectoryRecursivelyContaining("glob:**/train-00000-of-00001.parquet");
      long before = hub.requests().size();
      requireAsPythonReads("tweet_eval emotion", emotion.load());
      assertThat(hub.requests().size() - before).as("asks where main is").isEqualTo(1);
      HubClient offline = HubClient.builder().cache(cache).offline().build();
      requireAsPythonReads("tweet_eval emotion", emotion.client(offline).load());
    }
  }

  @Test
  void fromTheHub_agNews_byItsOldName_aSplitAtATime() throws IOException {
    try (LocalHub hub = LocalHub.start()) {
      put(hub, "ag_news", "ag_news").renameTo("fancyzhx/ag_news");
      HubDataset news = HubDataset.named("ag_news").client(client(hub));
      DatasetSplits test = news.splits("test").load();
      assertThat(test.names()).containsExactly("test");
      assertThat(test.labels()).contains(Labels.of("World", "Sports", "Business", "Sci/Tech"));
      assertThat(downloads(hub, "fancyzhx/ag_news"))
          .containsExactly("README.md", "data/test-00000-of-00001.parquet");

      DatasetSplits all = news.load();
      requireAsPythonReads("ag_news", all);
      assertThat(all.train().size()).isEqualTo(16);
      assertThat(all.test()).isEqualTo(test.test());
      assertThat(all.labels()).isEqualTo(test.labels());
      assertThat(downloads(hub, "fancyzhx/ag_news"))
          .containsExactly(
              "README.md",
              "data/test-00000-of-00001.parquet",
              "data/train-00000-of-00002.parquet",
              "data/train-00001-of-00002.parquet");
    }
  }

  @Test
  void fromTheHub_imdb_withoutTheUnlabelledSplit() throws IOException {
    try (LocalHub hub = LocalHub.start()) {
      put(hub, "stanfordnlp/imdb", "imdb");
      HubDataset films = HubDataset.named("stanfordnlp/imdb").client(client(hub));
      DatasetSplits labelled = films.splits("train", "test").load();
      assertThat(labelled.names()).containsExactly("train", "test");
      assertThat(labelled.labels()).contains(Labels.of("neg", "pos"));
      assertThat(labelled.train().classCounts()).containsOnlyKeys("neg", "pos");
      assertThat(downloads(hub, "stanfordnlp/imdb"))
          .containsExactly(
              "README.md",
              "plain_text/test-00000-of-00001.parquet",
              "plain_text/train-00000-of-00001.parquet");

      DatasetSplits all = films.load();
      requireAsPythonReads("imdb", all);
      assertThat(all.train()).isEqualTo(labelled.train());
      assertThat(all.split("unsupervised").size()).isEqualTo(4);
      assertThat(all.split("unsupervised").classCounts()).isEmpty();
      assertThat(downloads(hub, "stanfordnlp/imdb"))
          .contains("plain_text/unsupervised-00000-of-00001.parquet");
    }
  }

  @Test
  void fromTheHub_program_isReadFromItsConversion() throws IOException {
    try (LocalHub hub = LocalHub.start()) {
      LocalRepository reviews = put(hub, "amazon_reviews_multi", "amazon_reviews_multi/main");
      HubDataset spanish =
          HubDataset.named("amazon_reviews_multi")
              .configuration("es")
              .columns(Columns.standard().text("review_body").label("stars"))
              .client(client(hub));
      assertThatThrownBy(spanish::load)
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("no configuration \"es\"");
      reviews.branch("refs/convert/parquet", "main");
      reviews.commit("refs/convert/parquet", "Convert", files("amazon_reviews_multi/converted"));
      DatasetSplits splits = spanish.load();
      requireAsPythonReads("amazon_reviews_multi es", splits);
      assertThat(splits.names()).containsExactly("train", "validation", "test");
      assertThat(splits.train().get(0)).isEqualTo(Example.of("Muy buena, la recomiendo", "5"));
      assertThat(hub.requests()).noneMatch(request -> request.path().contains("all_languages"));
      assertThatThrownBy(() -> spanish.configuration("fr").load())
          .hasMessageEndingWith("no configuration \"fr\", expected one of [all_languages, es]");
    }
  }

  @Test
  void fromTheHub_otherRevisionThanMain_isNotReadFromTheConversion() throws IOException {
    try (LocalHub hub = LocalHub.start()) {
      LocalRepository reviews = put(hub, "amazon_reviews_multi", "amazon_reviews_multi/main");
      reviews.tag("v0", "main");
      reviews.put("train.csv", "review_body,stars\nvieja,1\n").tag("v1", "main");
      reviews.put("train.csv", "review_body,stars\nnueva,2\n");
      reviews.branch("refs/convert/parquet", "main");
      reviews.commit("refs/convert/parquet", "Convert", files("amazon_reviews_multi/converted"));
      Columns columns = Columns.standard().text("review_body").label("stars");

      HubDataset pinned = HubDataset.named("amazon_reviews_multi@v1").columns(columns);
      assertThat(pinned.client(client(hub)).load().train())
          .containsExactly(Example.of("vieja", "1"));
      String hint =
          "; the Hub converts only main to Parquet, and named(\"amazon_reviews_multi@refs/convert/parquet\") reads that";
      assertThatThrownBy(() -> pinned.client(client(hub)).configuration("es").load())
          .isInstanceOf(DatasetException.class)
          .hasMessageEndingWith(
              "no configuration \"es\"; its card names none, leave configuration(...) out" + hint);
      assertThatThrownBy(
              () -> HubDataset.named("amazon_reviews_multi@v0").client(client(hub)).load())
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("no Parquet, CSV or JSON Lines files for configuration")
          .hasMessageEndingWith(hint);

      HubDataset main = HubDataset.named("amazon_reviews_multi").columns(columns);
      HubDataset converted =
          HubDataset.named("amazon_reviews_multi@refs/convert/parquet").columns(columns);
      for (HubDataset data : List.of(main, converted)) {
        requireAsPythonReads(
            "amazon_reviews_multi es", data.configuration("es").client(client(hub)).load());
      }
      assertThatThrownBy(() -> converted.client(client(hub)).load())
          .hasMessageEndingWith("configuration(...) is needed, one of [all_languages, es]");
    }
  }

  @Test
  void fromTheHub_scriptBesideTheFiles_isNoProgram() throws IOException {
    try (LocalHub hub = LocalHub.start()) {
      LocalRepository moved =
          hub.dataset("ann/moved").put("amazon_reviews_multi.py", "# makes the rows");
      moved.branch("refs/convert/parquet", "main");
      moved.commit("refs/convert/parquet", "Convert", files("amazon_reviews_multi/converted"));
      HubDataset spanish =
          HubDataset.named("ann/moved")
              .columns(Columns.standard().text("review_body").label("stars"))
              .client(client(hub));
      assertThat(spanish.configuration("es").load().train().get(0))
          .isEqualTo(Example.of("Muy buena, la recomiendo", "5"));
      moved.put("rows.csv", "review_body,stars\nmala,1\n");
      assertThat(spanish.load().train()).containsExactly(Example.of("mala", "1"));
    }
  }

  @Test
  void fromTheHub_none_saysSo() throws IOException {
    try (LocalHub hub = LocalHub.start()) {
      assertThatThrownBy(() -> HubDataset.named("no/such").client(client(hub)).load())
          .isInstanceOf(HubException.class)
          .hasMessageContaining("no/such");
    }
  }
}
