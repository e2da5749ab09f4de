/** A text classifier behind HTTP: a REST API, its description, meters and a page. */
@NullMarked
package dev.afina.examples.api;

import org.jspecify.annotations.NullMarked;
