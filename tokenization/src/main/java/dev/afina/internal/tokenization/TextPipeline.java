package dev.afina.internal.tokenization;

/** From a text to all its tokens. Immutable; for any number of threads. */
public interface TextPipeline {

  /**
   * Adds the tokens of a text.
   *
   * @param text well-formed text
   * @param into an empty list
   * @return false if the text holds characters that this pipeline leaves to the native one; the
   *     list is of no use then
   */
  boolean encode(String text, TokenList into);
}
