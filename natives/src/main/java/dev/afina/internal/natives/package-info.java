/**
 * Native libraries out of jars: where they are kept, who may have touched them, and how DJL is made
 * to load them.
 *
 * <p>{@link dev.afina.internal.natives.NativeFolder} copies libraries to a folder that no other
 * user can change and compares them with the jars before each start, {@link
 * dev.afina.internal.natives.NativeLoading} runs DJL's loaders without traces in the rest of the
 * process, {@link dev.afina.internal.natives.LoadFailure} says in one line why a library did not
 * load.
 *
 * <p>Internal: public only because the other modules of Afina use it.
 */
@NullMarked
package dev.afina.internal.natives;

import org.jspecify.annotations.NullMarked;
