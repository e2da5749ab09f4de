/** BERT: its configuration and its forward pass. */
@NullMarked
package dev.afina.internal.model.bert;

import org.jspecify.annotations.NullMarked;
