/** Benchmarks of single parts, for JMH. */
@NullMarked
package dev.afina.benchmarks.parts;

import org.jspecify.annotations.NullMarked;
