package dev.afina.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles every Java example of docs/spark.md, with {@code spark}, {@code rows}, {@code log}. */
class GuideTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void everyExample_compiles() throws IOException {
    Matcher blocks = BLOCK.matcher(Files.readString(Path.of("..", "docs", "spark.md")));
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        List.of(
            "-proc:none",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "-d",
            folder.toString()));
    int count = 0;
    while (blocks.find()) {
      count++;
      Path source = folder.resolve("Example" + count + ".java");
      Files.writeString(
          source,
          """
          import dev.afina.spark.*;
          import dev.afina.training.*;
          import org.apache.spark.ml.evaluation.*;
          import org.apache.spark.ml.param.*;
          import org.apache.spark.ml.tuning.*;
          import org.apache.spark.sql.*;

          class Example%s {
            void run(SparkSession spark, Dataset<Row> rows, org.slf4j.Logger log) throws Exception {
              %s
            }
          }
          """
              .formatted(count, blocks.group(1)));
      arguments.add(source.toString());
    }
    assertThat(count).isGreaterThan(2);
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, told, told, arguments.toArray(String[]::new));
    assertThat(code).as(told.toString(StandardCharsets.UTF_8)).isZero();
  }
}
