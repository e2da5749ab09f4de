/** ALBERT: its configuration and its forward pass. */
@NullMarked
package dev.afina.internal.model.albert;

import org.jspecify.annotations.NullMarked;
