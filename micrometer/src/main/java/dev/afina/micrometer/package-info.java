/**
 * What a model does, as meters of Micrometer.
 *
 * <p>{@link dev.afina.micrometer.ModelMetrics} is a listener of a model: it counts calls, texts,
 * tokens, batches, refusals, missed deadlines and labels in a registry, and watches the queue and
 * how far confidences have drifted from those of the validation data. Spring Boot's starter binds
 * it by itself where this module is on the class path.
 */
@NullMarked
package dev.afina.micrometer;

import org.jspecify.annotations.NullMarked;
