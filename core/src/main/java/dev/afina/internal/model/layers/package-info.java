/**
 * The layers that encoders are made of. A family states its forward pass once, against these; the
 * {@link dev.afina.internal.model.layers.Form} decides how each is computed: plainly, recorded for
 * training, or packed for prediction.
 */
@NullMarked
package dev.afina.internal.model.layers;

import org.jspecify.annotations.NullMarked;
