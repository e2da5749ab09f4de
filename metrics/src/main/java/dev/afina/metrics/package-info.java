/** Metrics of classification in plain Java: pure functions of truth and prediction. */
@NullMarked
package dev.afina.metrics;

import org.jspecify.annotations.NullMarked;
