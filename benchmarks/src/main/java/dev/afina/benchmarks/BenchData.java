package dev.afina.benchmarks;

import dev.afina.data.CsvFormat;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The texts to work on: those of a folder, or stand-ins that come with the program, because the
 * originals may not be shipped. src/main/resources/stand-in/README.md describes them.
 */
final class BenchData {
  private final @Nullable Path folder;
  private final Path work;

  /**
   * Data of a folder.
   *
   * @param folder with tweeteval_emotion/train.csv and test.csv, banking77/train.csv,
   *     imdb/train.csv.gz; null for what comes with the program
   * @param work where the rows go that are taken
   */
  BenchData(@Nullable Path folder, Path work) throws IOException {
    this.folder = folder;
    this.work = work;
    if (folder != null) {
      requireFiles(folder);
    }
  }

  /** A data set and where it is. */
  enum Source {
    EMOTION("tweeteval_emotion/train.csv", "/stand-in/emotion-train.csv.gz"),
    EMOTION_TEST("tweeteval_emotion/test.csv", "/stand-in/emotion-test.csv.gz"),
    BANKING77("banking77/train.csv", "/banking77/train.csv.gz"),
    IMDB("imdb/train.csv.gz", "/stand-in/imdb-train.csv.gz");

    private final String file;
    private final String resource;

    Source(String file, String resource) {
      this.file = file;
      this.resource = resource;
    }

    @Override
    public String toString() {
      return file;
    }
  }

  /** What the JSON says about them. */
  String description() {
    return folder == null
        ? "stand-ins with the same lengths for tweeteval_emotion and imdb (GoEmotions comments), banking77"
        : "tweeteval_emotion, banking77, imdb";
  }

  /** So many rows, spread evenly over the data set, because some are sorted by label. */
  Texts take(Source source, int count) throws IOException {
    Dataset all = all(source);
    int rows = Math.min(count, all.size());
    int[] chosen =
        IntStream.range(0, rows).map(i -> (int) ((long) i * all.size() / rows)).toArray();
    Path file = work.resolve(source.name().toLowerCase(Locale.ROOT) + "-" + rows + ".jsonl");
    Files.write(file, all.select(chosen).stream().map(BenchData::line).toList());
    return new Texts(file, Labels.from(all).names());
  }

  /** All rows. */
  Dataset all(Source source) throws IOException {
    if (folder != null) {
      return csv(folder.resolve(source.file));
    }
    Path copy = Files.createTempFile(work, "data-", ".csv");
    try (InputStream in = BenchData.class.getResourceAsStream(source.resource)) {
      if (in == null) {
        throw new FileNotFoundException(source.resource + ": not in the class path");
      }
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      return csv(copy);
    } finally {
      Files.delete(copy);
    }
  }

  private static void requireFiles(Path folder) throws IOException {
    for (Source source : Source.values()) {
      if (!Files.isRegularFile(folder.resolve(source.file))) {
        throw new FileNotFoundException(
            folder.resolve(source.file)
                + ": no such file; --data names a folder that has "
                + List.of(Source.values())
                + ", without it stand-ins of the same lengths are used");
      }
    }
  }

  private static Dataset csv(Path file) throws IOException {
    CsvFormat format = CsvFormat.withHeader();
    try {
      return Dataset.csv(file, format);
    } catch (IOException e) {
      return Dataset.csv(file, format.label("category")); // as banking77 was published
    }
  }

  private static String line(Example row) {
    return Json.object("text", row.text(), "label", row.label()).toString();
  }
}
