/** An application as a user would write it. */
@NullMarked
package dev.afina.spring.sample;

import org.jspecify.annotations.NullMarked;
