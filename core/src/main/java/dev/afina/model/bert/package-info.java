/** BERT: its configuration and its forward pass. */
@NullMarked
package dev.afina.model.bert;

import org.jspecify.annotations.NullMarked;
