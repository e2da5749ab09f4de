package dev.afina.model;

import dev.afina.model.layers.Binder;

/**
 * An encoder with a classification head: which parameters it has, and what it computes from them.
 * Immutable; it is bound to parameters once a precision for prediction, and for training by each
 * part of a batch to gradients of its own.
 */
public interface Architecture {

  /** Parameters, names and limits. */
  ModelSpec spec();

  /** Makes the layers. The only statement of what they are and of their forward pass. */
  Network bind(Binder binder);
}
