/** DistilBERT: its configuration and its forward pass. */
@NullMarked
package dev.afina.model.distilbert;

import org.jspecify.annotations.NullMarked;
