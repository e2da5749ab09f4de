/**
 * The numbers behind decision rules: the temperature that fits probabilities to data, and the
 * thresholds and confidences that reach what was asked for. It knows scores and truth, not the
 * rules themselves.
 *
 * <p>Internal: public only for the other packages of this module.
 */
@NullMarked
package dev.afina.internal.decision;

import org.jspecify.annotations.NullMarked;
