/** ModernBERT: its configuration, its layers and its forward pass. */
@NullMarked
package dev.afina.internal.model.modernbert;

import org.jspecify.annotations.NullMarked;
