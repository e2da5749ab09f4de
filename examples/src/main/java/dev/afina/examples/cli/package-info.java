/** What the programs have in common: console, options, figures, the end on Ctrl-C. */
@NullMarked
package dev.afina.examples.cli;

import org.jspecify.annotations.NullMarked;
