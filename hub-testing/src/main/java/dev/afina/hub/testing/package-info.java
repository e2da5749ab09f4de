/** A Hugging Face Hub on this machine, for tests of programs that pull or push models. */
@NullMarked
package dev.afina.hub.testing;

import org.jspecify.annotations.NullMarked;
