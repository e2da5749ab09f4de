package dev.afina.examples.shipped;

import dev.afina.data.CsvFormat;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;

/**
 * Comments from Reddit with one emotion each, in place of data that may not be shipped;
 * src/main/resources/go-emotions/README.md describes them.
 */
public final class GoEmotions {
  public static final String ATTRIBUTION =
      "comments of GoEmotions, Demszky et al. 2020, https://arxiv.org/abs/2005.00547, licence CC BY"
          + " 4.0";

  /** The four that tweet_eval has, too. */
  public static final Labels EMOTIONS = Labels.of("anger", "joy", "optimism", "sadness");

  /** What the emotions are merged into, as GoEmotions' authors group them. */
  public static final Labels SENTIMENTS = Labels.of("neg", "pos");

  private static final Set<String> POSITIVE =
      Set.of(
          "admiration",
          "amusement",
          "approval",
          "caring",
          "desire",
          "excitement",
          "gratitude",
          "joy",
          "love",
          "optimism",
          "pride",
          "relief");

  private GoEmotions() {}

  /**
   * The comments of the four emotions, labelled with them.
   *
   * @param split train, validation or test
   */
  public static Dataset emotions(String split) throws IOException {
    return read(split).filter(row -> EMOTIONS.names().contains(row.label()));
  }

  /**
   * All comments, labelled with their sentiment.
   *
   * @param split train, validation or test
   */
  public static Dataset sentiments(String split) throws IOException {
    return read(split)
        .map(
            row -> row.withLabel(POSITIVE.contains(Objects.toString(row.label())) ? "pos" : "neg"));
  }

  private static Dataset read(String split) throws IOException {
    return new ShippedFile("go-emotions", split + ".csv.gz")
        .csv(CsvFormat.withHeader().label("emotion"));
  }
}
