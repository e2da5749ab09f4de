/**
 * Takes token ids to a model and brings logits back: batches, the queue of single texts, the turns
 * of lists, deadlines, and the count of running calls. {@link dev.afina.internal.serving.Inference}
 * is its entry. It knows neither texts nor what the outputs mean.
 *
 * <p>Internal: public only for the other packages of this module.
 */
@NullMarked
package dev.afina.internal.serving;

import org.jspecify.annotations.NullMarked;
