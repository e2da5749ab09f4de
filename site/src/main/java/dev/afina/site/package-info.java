/** Makes pages of README and guides. */
@NullMarked
package dev.afina.site;

import org.jspecify.annotations.NullMarked;
