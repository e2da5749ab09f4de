/** One runnable program per task. */
@NullMarked
package dev.afina.examples;

import org.jspecify.annotations.NullMarked;
