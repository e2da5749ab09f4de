/** Fine-tunes and serves transformer text classifiers. */
@NullMarked
package dev.afina;

import org.jspecify.annotations.NullMarked;
