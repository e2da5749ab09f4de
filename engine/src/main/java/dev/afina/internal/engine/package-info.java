/**
 * The few things PyTorch can do that DJL's API does not offer, each behind one small class.
 *
 * <p>{@link dev.afina.internal.engine.PyTorch} starts the engine, {@link
 * dev.afina.internal.engine.Autograd} records and differentiates, {@link
 * dev.afina.internal.engine.TorchRandom} draws torch's random numbers, {@link
 * dev.afina.internal.engine.FusedOps} reaches kernels that have no Java binding. No other module of
 * Afina names a class of DJL's PyTorch engine.
 *
 * <p>Internal: public only because the other modules of Afina use it.
 */
@NullMarked
package dev.afina.internal.engine;

import org.jspecify.annotations.NullMarked;
