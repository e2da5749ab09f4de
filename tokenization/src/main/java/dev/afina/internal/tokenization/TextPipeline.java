package dev.afina.internal.tokenization;

/** Splits a text into tokens, without special tokens. Immutable and thread safe. */
public interface TextPipeline {

  /**
   * Adds the tokens of a text.
   *
   * @param text well-formed text
   * @param into an empty list
   * @return false if the text contains characters that only the native tokenizer can handle; the
   *     content of the list is then undefined
   */
  boolean encode(String text, TokenList into);
}
