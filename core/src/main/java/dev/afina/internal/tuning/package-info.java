/**
 * A fine-tuning as {@link dev.afina.training.Trainer} sees it: {@link
 * dev.afina.internal.tuning.FineTuningTask} makes losses of texts, and decides which parameters are
 * trained and how. {@link dev.afina.internal.tuning.CheckpointFolders} keeps what is needed to
 * resume. It knows tensors and targets, and no builder, model or prediction of the users.
 *
 * <p>Internal: public only for the other packages of this module.
 */
@NullMarked
package dev.afina.internal.tuning;

import org.jspecify.annotations.NullMarked;
