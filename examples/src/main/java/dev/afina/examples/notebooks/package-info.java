/** The pipelines of notebooks as programs, each to be read beside its notebook. */
@NullMarked
package dev.afina.examples.notebooks;

import org.jspecify.annotations.NullMarked;
