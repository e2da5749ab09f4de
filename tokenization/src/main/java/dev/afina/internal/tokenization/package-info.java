/**
 * Tokenizers in Java: normalization, words and models over chars, for pipelines that {@code
 * dev.afina.tokenization} has read from a tokenizer.json. They know no JSON and no special tokens
 * of a template.
 *
 * <p>For the modules of Afina only; it may change with any version.
 */
@NullMarked
package dev.afina.internal.tokenization;

import org.jspecify.annotations.NullMarked;
