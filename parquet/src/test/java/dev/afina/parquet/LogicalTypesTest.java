package dev.afina.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.data.Columns;
import dev.afina.data.Dataset;
import dev.afina.data.DatasetException;
import dev.afina.data.Example;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What interop/golden_parquet_types.py wrote, and what Python reads from it. */
class LogicalTypesTest {
  private static final Columns ALL = Columns.standard().unlabelled().keepAll();

  @ParameterizedTest
  @CsvSource({
    "decimals-as-bytes, decimals",
    "decimals-as-integers, decimals",
    "numbers, numbers",
    "numbers-plain, numbers",
    "texts, texts",
    "texts-plain, texts"
  })
  void keptColumns_areWhatPythonReads(String file, String expected) throws IOException {
    Dataset data = Dataset.parquet(file(file), ALL);

    JsonObject columns = expected(expected);
    for (String column : columns.keySet()) {
      assertThat(shown(data, column)).as(column).isEqualTo(shown(columns.getAsJsonArray(column)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "date", "dates", "time_s", "time_ms", "time_us", "time_ns", "ms", "us", "ns", "ms_utc",
        "us_utc", "ns_utc", "us_list"
      })
  void moments_areIsoText_asPythonWritesIt(String column) throws IOException {
    assertThat(shown(Dataset.parquet(file("moments"), ALL), column))
        .isEqualTo(shown(expected("moments").getAsJsonArray(column)));
  }

  @Test
  void momentsOfImpala_areIsoText() throws IOException {
    assertThat(shown(Dataset.parquet(file("int96"), ALL), "int96"))
        .isEqualTo(shown(expected("moments").getAsJsonArray("int96")));
  }

  /** Python's pandas has the time of the zone that pyarrow notes beside the column. */
  @Test
  void momentsOfAZone_areUtc() throws IOException {
    Dataset data = Dataset.parquet(file("moments"), ALL);

    assertThat(data.get(0).text("zone")).isEqualTo("2024-02-29T12:30:00+00:00");
    JsonArray zone = expected("moments").getAsJsonArray("zone");
    for (int row = 0; row < data.size(); row++) {
      String text = data.get(row).text("zone");
      assertThat(text == null ? null : OffsetDateTime.parse(text))
          .isEqualTo(
              zone.get(row).isJsonNull()
                  ? null
                  : OffsetDateTime.parse(zone.get(row).getAsString())
                      .withOffsetSameInstant(ZoneOffset.UTC));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"decimals-as-bytes", "decimals-as-integers", "decimals-in-binary"})
  void decimals_meanTheSameInAllLayouts(String name) throws IOException {
    Path file = file(name);

    assertThat(labels(Dataset.parquet(file, Columns.standard().label("price"))))
        .as("labels, as of other numbers")
        .containsExactly("4.5", "-0.01", null, "0", "1234567");
    assertThat(values(Dataset.parquet(file, Columns.standard().valueColumns("price"))))
        .containsExactly(List.of(4.5), List.of(-0.01), null, List.of(0.0), List.of(1234567.0));
    Dataset kept = Dataset.parquet(file, Columns.standard().unlabelled().keep("price"));
    assertThat(kept.get(0).text("price")).isEqualTo("4.50");
    assertThat(kept.get(0).number("price")).isEqualTo(4.5);
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.parquet(file, Columns.standard().text("price").unlabelled()))
        .withMessageEndingWith(
            "row 0 (counted from 0): column \"price\" is 4.50, expected a string");
  }

  @ParameterizedTest
  @ValueSource(strings = {"decimals-as-bytes", "decimals-as-integers"})
  void decimalsInLists(String name) throws IOException {
    Path file = file(name);

    assertThat(
            Dataset.parquet(file, Columns.standard().label("list")).stream().map(Example::labels))
        .containsExactly(List.of("3", "-1"), List.of(), null, List.of("0"), List.of("999999999"));
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.parquet(file, Columns.standard().label("prices")))
        .withMessageEndingWith(
            "column \"prices\" has 4.50 in its list, expected strings or integers; numbers to predict are read by valueColumns(...)");
  }

  @Test
  void unsignedNumbers_areExact() throws IOException {
    Path file = file("numbers");

    assertThat(labels(Dataset.parquet(file, Columns.standard().label("uint32"))))
        .containsExactly("0", "4294967295", null, "3000000000", "1");
    assertThat(labels(Dataset.parquet(file, Columns.standard().label("uint64"))))
        .containsExactly("0", "18446744073709551615", null, "9223372036854775808", "1");
    assertThat(values(Dataset.parquet(file, Columns.standard().valueColumns("uint64"))))
        .contains(List.of(0x1p64), List.of(0x1p63));
    assertThat(
            Dataset.parquet(file, Columns.standard().label("uint64s")).stream()
                .map(Example::labels))
        .contains(List.of("18446744073709551615", "1"));
    assertThat(values(Dataset.parquet(file, Columns.standard().valueColumns("float16"))))
        .containsExactly(
            List.of(0.5), List.of(-65504.0), null, List.of(0x1p-24), List.of(1.0009765625));
  }

  @Test
  void textsThatLookLikeNumbers_stayAsTheyAreWritten() throws IOException {
    assertThat(labels(Dataset.parquet(file("numbers"), Columns.standard().label("words"))))
        .containsExactly("1.0", "2.0", null, "0.0", "1.0");
  }

  @Test
  void momentsAsLabelsAndTexts() throws IOException {
    Path file = file("moments");

    assertThat(labels(Dataset.parquet(file, Columns.standard().label("date"))))
        .startsWith("2024-02-29", "1969-12-31");
    assertThat(Dataset.parquet(file, Columns.standard().label("dates")).get(0).labels())
        .containsExactly("2024-02-29", "1969-12-31");
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Dataset.parquet(file, Columns.standard().valueColumns("us_utc")))
        .withMessageEndingWith(
            "column \"us_utc\" is \"2024-02-29T12:30:00.500000+00:00\", expected a finite number such as 4.5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"texts", "texts-plain"})
  void bytesWithoutAnAnnotation_areUtf8(String name) throws IOException {
    Dataset data = Dataset.parquet(file(name), Columns.standard().label("raw"));

    assertThat(data.get(0)).isEqualTo(Example.of("one", "hello"));
    assertThat(data.get(1)).isEqualTo(Example.of("two", "¡qué alegría! — 嬉しい 😡"));
    assertThat(data.get(4).label()).isEqualTo("a \ufffd stays");
  }

  @Test
  void bytesThatAreNotUtf8_areRefused() {
    for (Columns columns :
        List.of(
            Columns.standard().text("latin").unlabelled(),
            Columns.standard().label("latin"),
            ALL.text("latin"))) {
      assertRefused(
          "latin",
          columns,
          "row 3 (counted from 0): column \"latin\" has bytes that are not UTF-8, 70 65 72 64 69 F3, expected a text; write the file with texts in UTF-8, or read other columns");
    }
    assertRefused(
        "latin",
        Columns.standard().label("list"),
        "row 3 (counted from 0): column \"list\" has bytes that are not UTF-8, 70 65 72 64 69 F3, expected a text; write the file with texts in UTF-8, or read other columns");
    assertRefused(
        "false-utf8",
        Columns.standard().label("latin"),
        "row 3 (counted from 0): column \"latin\" has bytes that are not UTF-8, 70 65 72 64 69 F3, expected a text; write the file with texts in UTF-8, or read other columns");
  }

  @Test
  void otherTypes_areRefusedByName() throws IOException {
    assertRefused(
        "others",
        Columns.standard().label("bson"),
        "column \"bson\" has values of type BSON, which are not read; write them as text or numbers, or read other columns");
    assertRefused(
        "others",
        Columns.standard().label("interval"),
        "column \"interval\" has values of type INTERVAL, which are not read; write them as text or numbers, or read other columns");
    assertThat(Dataset.parquet(file("others"), ALL).get(0)).isEqualTo(Example.of("one"));
  }

  @Test
  void timeAfterTheDaysEnd_isRefused() {
    assertRefused(
        "late",
        Columns.standard().label("time"),
        "row 1 (counted from 0): column \"time\" has the time of day 86400000 milliseconds, expected less than a day; correct the file, or read other columns");
  }

  @Test
  void pagesWithoutValues_arePassedOver() throws IOException {
    Dataset data = Dataset.parquet(file("empty-pages"), Columns.standard().label("labels"));

    List<@Nullable Object> lists = new ArrayList<>();
    data.forEach(row -> lists.add(row.labels()));
    assertThat(lists).isEqualTo(shown(expected("empty-pages").getAsJsonArray("labels")));
  }

  @Test
  void decimalsOfMillionsOfDigits_areRefused() {
    assertThatIOException()
        .isThrownBy(
            () ->
                ColumnShape.of(
                    Types.optional(PrimitiveTypeName.BINARY)
                        .as(LogicalTypeAnnotation.decimalType(1_000_000, 2_000_000))
                        .named("price")))
        .withMessage(
            "column \"price\" has decimals with 1000000 digits after the point, expected at most 616; write them as DOUBLE, or read other columns");
  }

  private static void assertRefused(String name, Columns columns, String message) {
    assertThatIOException()
        .isThrownBy(() -> Dataset.parquet(file(name), columns))
        .withMessage(file(name) + ": " + message);
  }

  private static List<@Nullable String> labels(Dataset data) {
    return Arrays.asList(data.stream().map(Example::label).toArray(String[]::new));
  }

  private static List<@Nullable List<Double>> values(Dataset data) {
    List<@Nullable List<Double>> values = new ArrayList<>();
    data.forEach(row -> values.add(row.values()));
    return values;
  }

  private static List<@Nullable Object> shown(Dataset data, String column) {
    List<@Nullable Object> values = new ArrayList<>();
    for (Example row : data) {
      values.add(column.equals("text") ? row.text() : shown(row.column(column)));
    }
    return values;
  }

  /** Integers as text, since JSON's numbers are doubles. */
  private static @Nullable Object shown(@Nullable Object value) {
    return value instanceof List<?> list
        ? list.stream().map(LogicalTypesTest::shown).toList()
        : value instanceof Long ? value.toString() : value;
  }

  private static List<@Nullable Object> shown(JsonArray values) {
    List<@Nullable Object> shown = new ArrayList<>();
    for (JsonElement value : values) {
      shown.add(
          value.isJsonNull()
              ? null
              : value instanceof JsonArray list
                  ? shown(list)
                  : value.getAsJsonPrimitive().isString()
                      ? value.getAsString()
                      : value.getAsString().matches("[0-9]+")
                          ? value.getAsString()
                          : (Object) value.getAsDouble());
    }
    return shown;
  }

  private static JsonObject expected(String name) throws IOException {
    Path file = resource("expected.json");
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject().getAsJsonObject(name);
  }

  private static Path file(String name) {
    return resource(name + ".parquet");
  }

  private static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(LogicalTypesTest.class.getResource("/types/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
