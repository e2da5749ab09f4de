/**
 * Micrometer meters of a serving model.
 *
 * <p>{@link dev.afina.micrometer.ModelMetrics} is a listener that records calls, texts, tokens,
 * batches, refusals, missed deadlines and labels of a model in a registry. It can also watch the
 * model's queue, and how far its confidences have drifted from those on the validation data. The
 * Spring Boot starter registers it automatically if this module is on the class path.
 */
@NullMarked
package dev.afina.micrometer;

import org.jspecify.annotations.NullMarked;
