/**
 * Reading and writing of checkpoints: safetensors, pytorch_model.bin (one file or several shards),
 * ONNX initializers, adapters, and folders that are written atomically. {@link
 * dev.afina.internal.checkpoint.CheckpointFiles} opens a checkpoint; a {@link
 * dev.afina.internal.checkpoint.TensorSource} is one file format. Tensors are plain bytes here; no
 * engine is involved.
 *
 * <p>Internal: public only for the other packages of this module. Invalid files throw {@link
 * dev.afina.CheckpointException}.
 */
@NullMarked
package dev.afina.internal.checkpoint;

import org.jspecify.annotations.NullMarked;
