package dev.afina.spring;

import dev.afina.ModelHandle;
import dev.afina.ModelListener;
import dev.afina.TextModel;

/** Gives each model a listener when it is loaded. */
interface ModelObserver {

  /** What is told of the model that serves, and of those that take its place. */
  ModelListener listenerOf(String name);

  /** The model is ready to serve. */
  default void ready(String name, TextModel<?, ?> model) {}

  /** A handle is ready to serve. */
  default void ready(String name, ModelHandle<?, ?> handle) {}

  /** A handle serves this model from now on. */
  default void serves(String name, TextModel<?, ?> model) {}
}
