/**
 * Encoders with their classification heads, and what they share.
 *
 * <p>Each architecture has a folder: its configuration as a record, and one file with the forward
 * pass, in which the names are the keys of the checkpoint. A forward pass takes a {@link
 * dev.afina.internal.model.layers.PackedBatch}, the real tokens of all texts one after the other,
 * so nothing is ever computed for padding; {@link dev.afina.internal.model.layers.Attention} alone
 * looks at the texts one by one.
 *
 * <p>Letters in the comments: B texts, T tokens of all texts, S tokens of one text, H hidden size,
 * N heads, D = H/N, F feed-forward size, C labels, R rows: T, or B where only first tokens are
 * needed.
 *
 * <p>Internal: public only because the other packages of this module use it.
 */
@NullMarked
package dev.afina.internal.model;

import org.jspecify.annotations.NullMarked;
