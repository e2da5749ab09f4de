/**
 * Extracts native libraries from jars, verifies them, and makes DJL load them.
 *
 * <p>{@link dev.afina.internal.natives.NativeFolder} copies libraries to a folder that no other
 * user can change, and compares them with the jars before each start. {@link
 * dev.afina.internal.natives.NativeLoading} runs DJL's loaders without side effects on the rest of
 * the process. {@link dev.afina.internal.natives.LoadFailure} explains in one line why a library
 * did not load.
 *
 * <p>Internal: public only because the other modules of Afina use it.
 */
@NullMarked
package dev.afina.internal.natives;

import org.jspecify.annotations.NullMarked;
