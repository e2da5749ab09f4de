package dev.afina.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.afina.hub.HubClient;
import dev.afina.hub.testing.LocalHub;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
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

  /** To Python, too, a string is the name, and a number the class of that number. */
  @Test
  void jsonLines_classNames_thatAreNumbers() throws IOException {
    Path stars = Files.createDirectory(folder.resolve("stars"));
    Files.writeString(
        stars.resolve("README.md"),
        "---\ndataset_info:\n  features:\n  - name: label\n    dtype: {class_label: {names: ['1', '2', '0', '-1']}}\n---\n");
    Files.writeString(
        stars.resolve("train.jsonl"),
        Stream.of("\"1\"", "1", "\"0\"", "\"3\"", "\"-1\"", "-1", "[1, \"0\", 0]", "null")
            .map("{\"text\": \"a\", \"label\": %s}\n"::formatted)
            .collect(Collectors.joining()));

    List<Example> rows = HubDataset.in(stars).load().train().stream().toList();
    assertThat(rows.subList(0, 6))
        .extracting(Example::label)
        .containsExactly("1", "2", "0", "-1", "-1", null);
    assertThat(rows.get(6).labels()).containsExactly("2", "0", "1");
    assertThat(rows.get(7)).isEqualTo(Example.of("a"));
    assertThat(
            HubDataset.in(stars)
                .columns(Columns.standard().noLabel("1", "2", "-1"))
                .load()
                .train()
                .stream()
                .map(Example::label))
        .as("a name is no number that means no label")
        .startsWith(null, null, "0", "-1", null, null);
    Files.writeString(stars.resolve("train.jsonl"), "{\"text\": \"a\", \"label\": [1]}\n");
    String names = "{class_label: {names: ['1', '2']}}";
    for (String type : List.of("large_list: " + names, "list: {dtype: " + names + "}")) {
      Files.writeString(
          stars.resolve("README.md"),
          "---\ndataset_info:\n  features:\n  - name: label\n    %s\n---\n".formatted(type));
      assertThat(HubDataset.in(stars).load().train().get(0).labels()).as(type).containsExactly("2");
    }
  }

  @Test
  void json_argumentsOfTheCard() throws IOException {
    put("README.md", card("field: data\n  encoding: latin-1").replace("semi.csv", "odd.json"));
    Files.write(
        folder.resolve("odd.json"),
        "{\"v\": 1, \"data\": [{\"text\": \"caf\u00e9\", \"label\": 1}]}"
            .getBytes(StandardCharsets.ISO_8859_1));
    assertThat(HubDataset.in(folder).load().train()).containsExactly(Example.of("caf\u00e9", "1"));
    put("README.md", card("field: [data]").replace("semi.csv", "odd.json"));
    assertThatThrownBy(() -> HubDataset.in(folder).load())
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            folder
                + ": configuration \"semi\": its card says field: [data], expected the name of a member; mend the card");
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
  void csv_argumentsOfTheCard() throws IOException {
    String rows = "made by hand\n\na \"quoted;x\ncaf\u00e9;y\n";
    Files.write(folder.resolve("odd.csv"), rows.getBytes(StandardCharsets.ISO_8859_1));
    String card =
        """
        ---
        configs:
        - config_name: odd
          data_files: odd.csv
          sep: "::"
          delimiter: ";"
          names: [left, right]
          column_names: [text, label]
          quoting: 3
          encoding: latin-1
          skiprows: 1
        ---
        """;
    List<Example> expected = List.of(Example.of("a \"quoted", "x"), Example.of("caf\u00e9", "y"));
    put("README.md", card);
    assertThat(HubDataset.in(folder).load().train()).containsExactlyElementsOf(expected);
    // A syllable that Microsoft's code page has and IBM's of the same number has not.
    Files.write(
        folder.resolve("odd.csv"), "\nbut \uBDC1;x\n".getBytes(Charset.forName("x-windows-949")));
    put("README.md", card.replace("latin-1", "cp949"));
    assertThat(HubDataset.in(folder).load().train()).containsExactly(Example.of("but \uBDC1", "x"));
    Files.write(folder.resolve("odd.csv"), rows.getBytes(StandardCharsets.ISO_8859_1));
    put("README.md", card.replace("skiprows: 1", "skiprows: [0, 1]"));
    assertThat(HubDataset.in(folder).load().train()).containsExactlyElementsOf(expected);
    put("README.md", card.replace("skiprows: 1", "header: 0")); // which the names replace
    assertThat(HubDataset.in(folder).load().train()).containsExactlyElementsOf(expected);
    put("README.md", card.replace("column_names: [text, label]", "header: null"));
    assertThatThrownBy(() -> HubDataset.in(folder).load())
        .hasMessageEndingWith(
            "odd.csv:3: no column \"text\" for the text, the card names \"left\", \"right\"; name the column by CsvFormat.text(...)");
    put("README.md", card.replace("text, label", "text, label, more"));
    assertThatThrownBy(() -> HubDataset.in(folder).load())
        .hasMessageContaining("odd.csv:3: 2 columns, expected 3 as in the names of the card; ");
  }

  /** As in pandas: what is skipped does not end within a quoted field. */
  @Test
  void csv_skippedRows_mayHaveLineBreaks() throws IOException {
    put("skipped.csv", "\"an \"\"old\"\"\n\r\nrow\",\"\r\"\r\n5\" and\n6\",y\na,x\n");
    String card =
        "---\nconfigs:\n- {config_name: c, data_files: skipped.csv, names: [text, label], skiprows: 2}\n---\n";
    List<Example> left = List.of(Example.of("6\"", "y"), Example.of("a", "x"));
    put("README.md", card);
    assertThat(HubDataset.in(folder).load().train()).containsExactlyElementsOf(left);
    put("README.md", card.replace("skiprows: 2", "skiprows: 5, quoting: 3"));
    assertThat(HubDataset.in(folder).load().train())
        .as("without quoting each line is one")
        .containsExactlyElementsOf(left);
  }

  @Test
  void folderOfTheCard_mayBeThisOne() throws IOException {
    for (String here : List.of(".", "./", "''")) {
      put(
          "README.md",
          "---\nconfigs:\n- {config_name: c, data_dir: %s, data_files: semi.csv, sep: ';'}\n---\n"
              .formatted(here));
      assertThat(HubDataset.in(folder).load().train())
          .as(here)
          .containsExactly(Example.of("1,5", "a"));
    }
  }

  /** Python's datasets refuses them; the second split must not get lost. */
  @Test
  void splitsOfDifferentKinds_areRefused_andCanBeReadOneByOne() throws IOException {
    Path mixed = Files.createDirectory(folder.resolve("mixed"));
    Files.writeString(mixed.resolve("train-1.csv"), "text,label\na,1\n");
    Files.writeString(mixed.resolve("train-2.csv"), "text,label\nb,1\n");
    Files.writeString(mixed.resolve("train.jsonl"), "{\"text\": \"left out\", \"label\": \"1\"}\n");
    Files.writeString(mixed.resolve("test.jsonl"), "{\"text\": \"c\", \"label\": \"0\"}\n");
    assertThatThrownBy(() -> HubDataset.in(mixed).load())
        .isInstanceOf(DatasetException.class)
        .hasMessageEndingWith(
            "its splits have different kinds of file, expected one: \"train\" has CSV, \"test\" has JSON; load them one by one with splits(...)");
    assertThat(HubDataset.in(mixed).splits("train").load().train())
        .containsExactly(Example.of("a", "1"), Example.of("b", "1"));
    assertThat(HubDataset.in(mixed).splits("test").load().test())
        .containsExactly(Example.of("c", "0"));
  }

  /** The rows are those of pandas 3.0 with its parser in C, which datasets uses. */
  @Test
  void csv_skippedLines_areThoseOfPandas() throws IOException {
    String rows = "text,label\na,1\n";
    List<String> skipped =
        List.of(
            "\"a note\nof two lines\"\n",
            "\"a note\r\n\r\nof three\"\r\n",
            "x,,\"a note\nof two\"\n",
            "\"a note\"x,\"y\nz\"\n",
            "\"a \"\"note\"\"\nof two\"\n",
            "it's a \"note\n",
            "x, \"note\n",
            "\"a\"b \"note\n",
            ",\"note\n",
            "\n");
    for (String lines : skipped) {
      assertSkipped("skiprows: 1", lines + rows);
    }
    assertSkipped("skiprows: 2", "x\n\"a note\nof two\"\n" + rows);
    assertSkipped("skiprows: [0, 1]", "\"a note\nof two\"\nx\n" + rows);
    assertSkipped("skiprows: 2\n  quoting: 3", "\"a note\nof two\"\n" + rows);
    assertSkipped("skiprows: 1", "\rnote\rtext,label\ra,1\r"); // a CR that begins a line ends none
    put("semi.csv", "x\n\"a note\n" + rows); // where pandas finds no columns
    put("README.md", card("skiprows: 2"));
    assertThatThrownBy(() -> HubDataset.in(folder).load())
        .isInstanceOf(DatasetException.class)
        .hasMessageEndingWith(
            "semi.csv:2: a quote that is never closed opens a field in the lines to skip, which end behind it; close it, or let the card say quoting: 3");
  }

  private void assertSkipped(String member, String content) throws IOException {
    put("semi.csv", content);
    put("README.md", card(member));
    assertThat(HubDataset.in(folder).load().train())
        .as("%s of %s", member, content)
        .containsExactly(Example.of("a", "1"));
  }

  @Test
  void csv_withoutHeader_columnsAreNumbered() throws IOException {
    put("numbered.csv", "x,first,7\ny,second,8\n");
    put(
        "README.md",
        "---\nconfigs:\n- {config_name: bare, data_files: numbered.csv, header: null}\n---\n");
    Columns columns = Columns.standard().text("1").label("0").keep("2");
    Dataset rows = HubDataset.in(folder).columns(columns).load().train();
    assertThat(rows.stream().map(Example::text)).containsExactly("first", "second");
    assertThat(rows.get(1).label()).isEqualTo("y");
    assertThat(rows.get(1).text("2")).isEqualTo("8");
    assertThatThrownBy(() -> HubDataset.in(folder).load())
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            folder
                + ": configuration \"bare\": there is no column \"text\", because its card says header: null, and columns without names are called 0, 1, 2, ...; choose some by Columns.text(\"0\") and label(\"1\")");
    put(
        "README.md",
        "---\nconfigs:\n- {config_name: bare, data_files: numbered.csv, header: 1}\n---\n");
    assertThat(
            HubDataset.in(folder)
                .columns(Columns.standard().text("second").unlabelled())
                .load()
                .train())
        .as("the second line has the names, and no row follows")
        .isEmpty();
  }

  @Test
  void csv_argumentsThatCannotBeFollowed_areRefused() throws IOException {
    assertRefused("sep: '::'", "sep: ::, expected one character; write the files with one");
    assertRefused("quoting: 4", "quoting: 4, expected 0 to 3; write the files with one of them");
    assertRefused("header: [0, 1]", "header: [0, 1], expected a number of lines; take");
    assertRefused("skiprows: [2]", "skiprows: [2], expected a number of lines; take these");
    assertRefused("names: text", "names: text, expected a list of names; mend the card");
    put("README.md", card("encoding: klingon"));
    assertThatThrownBy(() -> HubDataset.in(folder).load())
        .hasMessageStartingWith(
            folder + ": configuration \"semi\": charset \"klingon\" is not known; use one like");
    put("README.md", card("sep: '::'").replace("semi.csv", "lines/train.jsonl"));
    assertThat(HubDataset.in(folder).load().train()).as("does not matter to JSON").hasSize(1);
  }

  private void assertRefused(String member, String message) throws IOException {
    put("README.md", card(member));
    assertThatThrownBy(() -> HubDataset.in(folder).load())
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(folder + ": configuration \"semi\": its card says " + message)
        .hasMessageEndingWith("by named(\"owner/name@refs/convert/parquet\")");
  }

  private static String card(String member) {
    return "---\nconfigs:\n- config_name: semi\n  data_files: semi.csv\n  " + member + "\n---\n";
  }

  @Test
  void csv_argumentsThatAreNotFollowed_areLogged() throws IOException {
    put(
        "README.md",
        card("sep: ';'\n  comment: '#'\n  nrows: 5\n  quotechar: '\"'\n  na_values: null"));
    assertThat(log(() -> HubDataset.in(folder).load()))
        .contains(
            folder
                + ": the card's comment of configuration \"semi\" is not followed when CSV is read; look at the rows")
        .contains("the card's nrows of")
        .doesNotContain("quotechar", "na_values", "data_files");
  }

  private static String log(ThrowingCallable work) {
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      assertThatCode(work).doesNotThrowAnyException();
    } finally {
      System.setErr(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // where making a link is a privilege
  void linkToAFolder_isRead() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    assertThat(HubDataset.in(link).load().train()).hasSize(4);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void unreadableSubfolder_isPassedOver() throws IOException {
    Path closed = Files.createDirectories(folder.resolve("lost+found"));
    Files.setPosixFilePermissions(closed, Set.of());
    try {
      assumeTrue(!Files.isReadable(closed), "root reads all");
      assertThat(log(() -> HubDataset.in(folder).load()))
          .contains(closed + ": cannot be read (no permission); going on without its files");
      assertThat(HubDataset.in(folder).load().train()).hasSize(4);
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void classNames_ofColumnsThatAreNotRead_doNotMatter() throws IOException {
    put("a.csv", "text,label,topic\nt,1,0\n");
    put(
        "README.md",
        """
        ---
        configs:
        - config_name: default
          data_files: a.csv
        dataset_info:
          features:
          - name: label
            dtype:
              class_label:
                names: ['no', 'yes']
          - name: topic
            dtype:
              class_label:
                names: [' ', sport, sport]
        ---
        """);
    assertThat(HubDataset.in(folder).load().train()).containsExactly(Example.of("t", "yes"));
    assertThatThrownBy(
            () -> HubDataset.in(folder).columns(Columns.standard().label("topic")).load())
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            folder.resolve("README.md")
                + ": classes of column \"topic\": labels: name 0 is blank; give each label a name");
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
