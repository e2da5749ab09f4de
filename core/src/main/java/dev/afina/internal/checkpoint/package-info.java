/**
 * Checkpoint folders and the tensors in them: safetensors and pytorch_model.bin (one file or
 * several), ONNX initializers, and the folder they lie in.
 *
 * <p>Internal: public only because the other packages of this module need it. Programs use {@code
 * dev.afina.Classifier}, and catch {@link dev.afina.CheckpointException}, the one type here that
 * they may name. Tensors are plain bytes here; no engine is involved.
 */
@NullMarked
package dev.afina.internal.checkpoint;

import org.jspecify.annotations.NullMarked;
