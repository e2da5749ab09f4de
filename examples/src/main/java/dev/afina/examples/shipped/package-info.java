/** The data that come with the examples, with their sources and licences. */
@NullMarked
package dev.afina.examples.shipped;

import org.jspecify.annotations.NullMarked;
