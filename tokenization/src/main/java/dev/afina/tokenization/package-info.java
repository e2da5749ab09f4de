/**
 * Text to token ids, exact to Hugging Face.
 *
 * <p>{@link dev.afina.tokenization.Tokenizer} is the entrance. It opens the tokenizer files of a
 * checkpoint ({@code tokenizer.json}, or the older {@code vocab.txt}, {@code vocab.json} with
 * {@code merges.txt}, or a model of SentencePiece), encodes and decodes, and writes the files that
 * a saved model needs. The algorithms are those of Hugging Face's Rust library, called through DJL;
 * nothing here knows tensors, and nothing is fetched at run time.
 */
@NullMarked
package dev.afina.tokenization;

import org.jspecify.annotations.NullMarked;
