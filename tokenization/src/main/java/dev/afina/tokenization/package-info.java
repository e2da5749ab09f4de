/** Text to token ids, exact to Hugging Face. */
@NullMarked
package dev.afina.tokenization;

import org.jspecify.annotations.NullMarked;
