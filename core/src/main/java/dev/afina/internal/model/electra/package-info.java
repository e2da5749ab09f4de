/** ELECTRA: its forward pass; the configuration is BERT's. */
@NullMarked
package dev.afina.internal.model.electra;

import org.jspecify.annotations.NullMarked;
