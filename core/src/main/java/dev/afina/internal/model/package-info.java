/**
 * Encoders with their classification heads.
 *
 * <p>Each model family has a package with its configuration, a record, and its forward pass, one
 * class that implements {@link dev.afina.internal.model.Network} and names its layers by the keys
 * of the checkpoint. {@link dev.afina.internal.model.Architectures} lists the families; {@link
 * dev.afina.internal.model.ModelLoader} makes a {@link dev.afina.internal.model.Model} from a
 * checkpoint, and {@link dev.afina.internal.model.PackedModel} is its form for prediction.
 *
 * <p>A forward pass takes a {@link dev.afina.internal.model.layers.PackedBatch}: the tokens of all
 * texts one after the other, without padding. Only {@link
 * dev.afina.internal.model.layers.Attention} treats the texts separately.
 *
 * <p>Letters in comments on shapes: B texts, T tokens of all texts, S tokens of one text, H hidden
 * size, N heads, D = H/N, F feed-forward size, C labels, R rows (T, or B if only the first tokens
 * are needed).
 *
 * <p>Internal: public only for the other packages of this module.
 */
@NullMarked
package dev.afina.internal.model;

import org.jspecify.annotations.NullMarked;
