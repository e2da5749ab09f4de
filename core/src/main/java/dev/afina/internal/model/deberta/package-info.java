/** DeBERTa, v2 and v3: their configuration, their attention and their forward pass. */
@NullMarked
package dev.afina.internal.model.deberta;

import org.jspecify.annotations.NullMarked;
