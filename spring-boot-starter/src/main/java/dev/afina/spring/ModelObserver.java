package dev.afina.spring;

import dev.afina.ModelHandle;
import dev.afina.ModelListener;
import dev.afina.TextModel;

/** Observes the models of the application, and provides a listener for each. */
interface ModelObserver {

  /** The listener for a model, and for those that replace it. */
  ModelListener listenerOf(String name);

  /** The model is ready to serve. */
  default void ready(String name, TextModel<?, ?> model) {}

  /** A handle is ready to serve. */
  default void ready(String name, ModelHandle<?, ?> handle) {}

  /** A handle serves this model from now on. Called first for its initial model. */
  default void serves(String name, TextModel<?, ?> model) {}
}
