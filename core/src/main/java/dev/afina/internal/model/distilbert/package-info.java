/** DistilBERT: its configuration and its forward pass. */
@NullMarked
package dev.afina.internal.model.distilbert;

import org.jspecify.annotations.NullMarked;
