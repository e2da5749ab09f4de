/**
 * The layers of encoders. A family makes its layers once, with a {@link
 * dev.afina.internal.model.layers.Binder}, and states its forward pass once; the {@link
 * dev.afina.internal.model.layers.Form} decides how each layer is computed: by plain operators,
 * recorded for training, or packed for prediction.
 */
@NullMarked
package dev.afina.internal.model.layers;

import org.jspecify.annotations.NullMarked;
