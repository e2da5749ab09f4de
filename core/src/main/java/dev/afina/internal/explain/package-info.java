/**
 * Computes which tokens carried an output, by gradients on the way from a baseline to the text.
 * {@link dev.afina.internal.explain.Explaining} is its entry; {@link dev.afina.explain} has the
 * options and the results.
 *
 * <p>Internal: public only for the other packages of this module.
 */
@NullMarked
package dev.afina.internal.explain;

import org.jspecify.annotations.NullMarked;
