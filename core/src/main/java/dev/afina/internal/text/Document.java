package dev.afina.internal.text;

import dev.afina.Reading;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.TokenWindows;
import dev.afina.training.Truncation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An encoded text: one encoding, or several windows.
 *
 * @param windows one or more
 * @param reading how much of the text they contain
 */
public record Document(List<Encoding> windows, Reading reading) {
  public Document {
    windows = List.copyOf(windows);
  }

  public static Document of(Encoding encoding) {
    int cut = encoding.truncatedTokens();
    return new Document(
        List.of(encoding),
        cut == 0 ? Reading.WHOLE : new Reading(1, cut, encoding.allTruncatedCounted()));
  }

  static Document of(TokenWindows text) {
    int windows = text.windows().size();
    return new Document(
        text.windows(), new Reading(windows, text.truncatedTokens(), text.allTruncatedCounted()));
  }

  /** The number of tokens of all windows, special tokens included. */
  public int size() {
    return windows.stream().mapToInt(Encoding::size).sum();
  }

  /** For each window of all documents, the index of its document. */
  public static int[] owners(List<Document> documents) {
    return IntStream.range(0, documents.size())
        .flatMap(i -> IntStream.range(0, documents.get(i).windows.size()).map(window -> i))
        .toArray();
  }

  /** The windows of all documents, in order. */
  public static List<Encoding> windows(List<Document> documents) {
    List<Encoding> all = new ArrayList<>(documents.size());
    documents.forEach(document -> all.addAll(document.windows));
    return all;
  }

  public static Truncation truncation(List<Reading> readings) {
    return Truncation.of(
        readings.stream().mapToInt(Reading::cutTokens).toArray(),
        readings.stream().allMatch(Reading::allCutCounted));
  }
}
