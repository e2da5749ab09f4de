/** Measures Afina beside its peers: the table of goals, its scaling, its parts, and the page. */
@NullMarked
package dev.afina.benchmarks;

import org.jspecify.annotations.NullMarked;
