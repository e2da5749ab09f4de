/**
 * Tokenizers that turn text into exactly the token ids that Hugging Face's tokenizers produce.
 *
 * <p>Start at {@link dev.afina.tokenization.Tokenizer}. It opens the tokenizer files of a
 * checkpoint ({@code tokenizer.json}, or the older {@code vocab.txt}, {@code vocab.json} with
 * {@code merges.txt}, or a SentencePiece model), encodes and decodes, and writes the files of a
 * saved model. An {@link dev.afina.tokenization.Encoding} is one tokenized text or pair; a {@link
 * dev.afina.tokenization.PaddedBatch} lays several side by side.
 *
 * <p>WordPiece, byte-level BPE and Unigram pipelines run in Java ({@code
 * dev.afina.internal.tokenization}). All others, and decoding, run in Hugging Face's Rust library,
 * which is called through DJL. Nothing here depends on tensors, and nothing is downloaded.
 */
@NullMarked
package dev.afina.tokenization;

import org.jspecify.annotations.NullMarked;
