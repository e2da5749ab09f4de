/** RoBERTa: its configuration and its forward pass. */
@NullMarked
package dev.afina.internal.model.roberta;

import org.jspecify.annotations.NullMarked;
