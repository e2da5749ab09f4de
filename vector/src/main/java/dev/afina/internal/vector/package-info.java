/**
 * The logits of one short text, computed in Java by the incubating Vector API. With few tokens, a
 * native call loses much of its time between products; here some threads share the whole network
 * without leaving it.
 *
 * <p>Entry: {@link dev.afina.internal.vector.VectorNetwork}, once {@link
 * dev.afina.internal.vector.VectorApi#isThere} has said that its classes can be loaded. Knows no
 * PyTorch.
 */
@NullMarked
package dev.afina.internal.vector;

import org.jspecify.annotations.NullMarked;
