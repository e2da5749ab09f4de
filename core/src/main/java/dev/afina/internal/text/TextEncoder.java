package dev.afina.internal.text;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.internal.model.Architecture;
import dev.afina.tokenization.Tokenizer;
import dev.afina.training.Truncation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Encodes texts as token ids, never longer than the model can read, and counts what was cut.
 * Immutable and thread safe.
 *
 * @param maxTokens the maximum length of a text, or of one window of it, special tokens included
 * @param longTexts how longer texts are handled
 */
public record TextEncoder(Tokenizer tokenizer, int maxTokens, LongTextRule longTexts) {

  /** Fewer texts are encoded on the calling thread. */
  private static final int PARALLEL_FROM = 32;

  /**
   * An encoder for a model.
   *
   * @param wanted the maximum length that the user wants; 0 for that of the model
   * @throws IllegalArgumentException if the model cannot read that many tokens, or {@code
   *     longTexts} does not fit into so few
   */
  public static TextEncoder of(
      Tokenizer tokenizer, Architecture architecture, int wanted, LongTextRule longTexts) {
    requireTaken(architecture, wanted);
    int limit = architecture.spec().maxTokens();
    int maxTokens = wanted > 0 ? wanted : Math.min(limit, tokenizer.modelMaxLength());
    TextEncoder encoder = new TextEncoder(tokenizer, maxTokens, longTexts);
    encoder.requireRoom(false);
    return encoder;
  }

  /** Throws if the model cannot read texts of this length. */
  public static void requireTaken(Architecture architecture, int wanted) {
    int limit = architecture.spec().maxTokens();
    if (wanted > limit) {
      throw new IllegalArgumentException(
          "maxTokens: expected at most "
              + limit
              + ", which is what the model can take, got "
              + wanted);
    }
  }

  /**
   * Checks that some texts or pairs have room.
   *
   * @throws IllegalArgumentException if one of them is a pair, and there is none for its special
   *     tokens and what is kept of it
   */
  public void requireRoom(Dataset data) {
    requireRoom(data.stream().anyMatch(example -> example.pair() != null));
  }

  private void requireRoom(boolean isPair) {
    int special = isPair ? tokenizer.specialTokensOfPair() : tokenizer.specialTokensOfText();
    if (maxTokens <= special) {
      throw new IllegalArgumentException(
          "maxTokens: %s, at least %s are needed: %s special tokens and one of the text"
              .formatted(maxTokens, special + 1, special));
    }
    longTexts.requireRoom(maxTokens - special, maxTokens, isPair);
  }

  /**
   * Makes rows of texts.
   *
   * @throws IllegalArgumentException if a text is null; the message has its index
   */
  public static Dataset dataset(List<String> texts) {
    List<Example> examples = new ArrayList<>(texts.size());
    for (String text : texts) {
      if (text == null) {
        throw new IllegalArgumentException(
            "text " + examples.size() + " (counted from 0) is null; an empty text is \"\"");
      }
      examples.add(Example.of(text));
    }
    return Dataset.of(examples);
  }

  /**
   * Encodes one text or pair.
   *
   * @throws IllegalArgumentException if it has no tokens, which happens only with tokenizers that
   *     add no special tokens, or if it is a pair and there is no room for its special tokens
   */
  public Document encode(Example example) {
    requireRoom(example.pair() != null);
    Document document = read(example);
    if (document.size() == 0) {
      throw noTokens("the text");
    }
    return document;
  }

  /**
   * Encodes many texts or pairs.
   *
   * @throws IllegalArgumentException as for one; the message names it
   */
  public List<Document> encode(Dataset data) {
    requireRoom(data); // and not for each text: what a worker thread throws arrives wrapped
    List<Example> examples = data.stream().toList();
    IntStream range = IntStream.range(0, examples.size());
    if (examples.size() >= PARALLEL_FROM) {
      range = range.parallel();
    }
    List<Document> documents = range.mapToObj(i -> read(examples.get(i))).toList();
    for (int i = 0; i < documents.size(); i++) {
      if (documents.get(i).size() == 0) {
        throw noTokens("text " + (i + 1) + " of " + documents.size());
      }
    }
    return documents;
  }

  private Document read(Example example) {
    return longTexts.read(tokenizer, example.text(), example.pair(), maxTokens);
  }

  private static IllegalArgumentException noTokens(String which) {
    return new IllegalArgumentException(
        which
            + " has no tokens: it is empty, or nothing that the tokenizer keeps, and post_processor"
            + " in tokenizer.json adds none; leave such texts out");
  }

  /** How many of these texts were cut, and by how much. */
  public static Truncation truncation(List<Document> documents) {
    return Document.truncation(documents.stream().map(Document::reading).toList());
  }
}
