/**
 * Tokenizer pipelines in Java: normalization, splitting into words, and the models WordPiece, BPE
 * and Unigram. {@code dev.afina.tokenization} configures them from a tokenizer.json and adds
 * special tokens; this package knows neither.
 *
 * <p>A {@code TextPipeline} is the entry: {@code WordPiecePipeline}, {@code ByteLevelPipeline} and
 * {@code UnigramPipeline}. Each finds the added tokens ({@code AddedTokenFinder}), normalizes what
 * is between them, splits it into words, and lets a model turn each word into tokens ({@code
 * WordPieces}, {@code BytePairs}, {@code Unigram}).
 *
 * <p>Internal: may change with any version.
 */
@NullMarked
package dev.afina.internal.tokenization;

import org.jspecify.annotations.NullMarked;
