/**
 * What Afina needs of PyTorch that DJL's API does not offer.
 *
 * <p>{@link dev.afina.internal.engine.PyTorch} starts the engine, {@link
 * dev.afina.internal.engine.Workers} are the threads that compute, and {@link
 * dev.afina.internal.engine.NativeUse} makes the shutdown of the JVM wait for them. {@link
 * dev.afina.internal.engine.Autograd} records and differentiates; {@link
 * dev.afina.internal.engine.TorchRandom} draws torch's random numbers. Kernels without a Java
 * binding are reached through TorchScript: {@link dev.afina.internal.engine.FusedOps} for the
 * optimizer, {@link dev.afina.internal.engine.DeferredLinear} for linear layers in training, {@link
 * dev.afina.internal.engine.PackedKernels} for prediction. No other module of Afina uses a class of
 * DJL's PyTorch engine.
 *
 * <p>Internal: public only for the other modules of Afina.
 */
@NullMarked
package dev.afina.internal.engine;

import org.jspecify.annotations.NullMarked;
