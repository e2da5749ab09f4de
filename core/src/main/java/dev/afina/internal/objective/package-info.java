/**
 * What a training minimizes: each {@link dev.afina.internal.objective.Objective} is a loss over
 * logits and {@link dev.afina.internal.objective.Targets}, once in the recorded graph and once in
 * double precision. It knows neither texts nor predictions.
 *
 * <p>Internal: public only for the other packages of this module.
 */
@NullMarked
package dev.afina.internal.objective;

import org.jspecify.annotations.NullMarked;
