/** The training loop, the optimizer and the schedules; knows no model. */
@NullMarked
package dev.afina.training;

import org.jspecify.annotations.NullMarked;
