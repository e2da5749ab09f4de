/**
 * The training loop, the optimizer and the learning rate schedules. The package depends neither on
 * models nor on texts: it fits anything that has parameters and a loss.
 *
 * <p>Users of {@link dev.afina.training.TrainingOptions} set the options, watch a training with a
 * {@link dev.afina.training.TrainingListener} (a {@link dev.afina.training.ProgressBar}, a log,
 * TensorBoard), and stop it or request evaluations and checkpoints with a {@link
 * dev.afina.training.TrainingControl}.
 *
 * <p>The loop itself is {@link dev.afina.training.Trainer}, which reads in the order things happen:
 * shuffle the examples, form batches, compute losses and gradients, clip them, take a step of
 * {@code AdamW} at the rate of the {@link dev.afina.training.Schedule}, then evaluate and write a
 * checkpoint if due. It trains a {@link dev.afina.training.TrainingTask}, which supplies the
 * parameters and the losses of given examples.
 *
 * <p>The recipe is that of the Hugging Face Trainer and reproduces its losses; {@link
 * dev.afina.training.TrainingOptions} documents each default and its source. There is one
 * deliberate difference: an update with gradient accumulation equals the update of the large batch
 * exactly.
 */
@NullMarked
package dev.afina.training;

import org.jspecify.annotations.NullMarked;
