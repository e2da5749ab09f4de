/** What models do as meters of Micrometer: {@link dev.afina.micrometer.ModelMetrics}. */
@NullMarked
package dev.afina.micrometer;

import org.jspecify.annotations.NullMarked;
