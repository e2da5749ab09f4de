package dev.afina.spring;

import dev.afina.ModelListener;
import dev.afina.TextModel;

/** Gives each model a listener when it is loaded. */
interface ModelObserver {

  /** What is told of the model that serves. */
  ModelListener listenerOf(String name);

  /** The model is ready to serve. */
  void ready(String name, TextModel<?, ?> model);
}
