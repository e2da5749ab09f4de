/**
 * The training loop, the optimizer and the schedules. It fits anything that gives parameters and a
 * loss, and knows no model and no text.
 *
 * <p>{@link dev.afina.training.Trainer} reads in the order things happen: an order of the examples,
 * batches, losses, gradients, a clipped step of {@link dev.afina.training.AdamW} at the rate of a
 * {@link dev.afina.training.Schedule}, then evaluation and checkpoint where they are due. What a
 * {@link dev.afina.training.TrainingTask} must give is its parameters and the losses of some
 * examples; what a program can watch is a {@link dev.afina.training.TrainingListener}, what it can
 * ask for a {@link dev.afina.training.TrainingControl}. {@link
 * dev.afina.training.TensorBoardListener} writes what TensorBoard shows.
 *
 * <p>The recipe is that of the Hugging Face Trainer, seed to last digit; {@link
 * dev.afina.training.TrainingOptions} names each default and its source. One thing differs on
 * purpose: with gradient accumulation, an update here is the update of the big batch exactly.
 */
@NullMarked
package dev.afina.training;

import org.jspecify.annotations.NullMarked;
