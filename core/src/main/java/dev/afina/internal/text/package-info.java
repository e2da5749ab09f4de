/**
 * From texts to token ids: a {@link dev.afina.internal.text.TextEncoder} makes a {@link
 * dev.afina.internal.text.Document} of each text, which is one encoding or several windows. A
 * {@link dev.afina.internal.text.Combination} makes one row of logits of those of its windows.
 *
 * <p>Internal: public only for the other packages of this module.
 */
@NullMarked
package dev.afina.internal.text;

import org.jspecify.annotations.NullMarked;
