package dev.afina.examples.shipped;

import dev.afina.data.CsvFormat;
import dev.afina.data.Dataset;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;

/**
 * Invented reviews in place of data that may not be shipped;
 * src/main/resources/spanish-reviews/README.md describes them.
 */
public final class InventedReviews {
  public static final String ATTRIBUTION =
      "invented reviews, put together from sentences that were written for this program";

  private static final String FOLDER = "spanish-reviews";

  private InventedReviews() {}

  /**
   * The reviews, labelled with their stars, with their product_category.
   *
   * @param split train, validation or test
   */
  public static Dataset reviews(String split) throws IOException {
    return new ShippedFile(FOLDER, split + ".csv.gz")
        .csv(CsvFormat.withHeader().text("review_body").label("stars").keepAll());
  }

  /** A byte-level BPE of 1,000 tokens, made of the reviews to train on; the caller closes it. */
  public static Tokenizer tokenizer() throws IOException {
    return Tokenizer.load(name -> new ShippedFile(FOLDER + "/tokenizer", name).bytes());
  }
}
