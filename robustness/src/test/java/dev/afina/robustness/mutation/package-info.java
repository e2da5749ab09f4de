/**
 * Mutated files: {@link dev.afina.robustness.mutation.MutationTest} changes files of every kind
 * that Afina reads in thousands of ways, and each must end in the result of before, another one
 * that can be right, or one clear message.
 *
 * <p>A {@link dev.afina.robustness.mutation.Target} is a folder of good files and what a user does
 * with it; a {@link dev.afina.robustness.mutation.Mutator} changes files of one kind; {@link
 * dev.afina.robustness.mutation.Mutations} draws both for a number; {@link
 * dev.afina.robustness.mutation.Judge} tries it and says how it ended; {@link
 * dev.afina.robustness.mutation.Worker} does so in a JVM of its own, and {@link
 * dev.afina.robustness.mutation.Crew} starts these and sees when one dies or hangs.
 */
package dev.afina.robustness.mutation;
