/** MPNet: its forward pass and its biases of distance; the configuration is BERT's. */
@NullMarked
package dev.afina.internal.model.mpnet;

import org.jspecify.annotations.NullMarked;
