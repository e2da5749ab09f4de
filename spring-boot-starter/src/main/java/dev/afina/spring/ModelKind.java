package dev.afina.spring;

import dev.afina.Classifier;
import dev.afina.Estimate;
import dev.afina.ModelGate;
import dev.afina.ModelHandle;
import dev.afina.ModelListener;
import dev.afina.MultiLabelClassifier;
import dev.afina.MultiLabelPrediction;
import dev.afina.Precision;
import dev.afina.Prediction;
import dev.afina.Regressor;
import dev.afina.ServingOptions;
import dev.afina.TextModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeansException;
import org.springframework.core.ResolvableType;

/**
 * One of the three types of models: its properties, and how to load it.
 *
 * @param group the name of its group of properties after {@code afina.}
 * @param type the class of the model
 * @param prediction the class of its predictions
 */
record ModelKind(
    String group,
    Class<? extends TextModel<?, ?>> type,
    Class<?> prediction,
    ModelKind.Loading loading,
    ModelKind.LockedLoading lockedLoading) {

  static final ModelKind CLASSIFIER =
      new ModelKind(
          "classifiers", Classifier.class, Prediction.class, Classifier::load, Classifier::load);
  static final ModelKind MULTI_LABEL_CLASSIFIER =
      new ModelKind(
          "multi-label-classifiers",
          MultiLabelClassifier.class,
          MultiLabelPrediction.class,
          MultiLabelClassifier::load,
          MultiLabelClassifier::load);
  static final ModelKind REGRESSOR =
      new ModelKind(
          "regressors", Regressor.class, Estimate.class, Regressor::load, Regressor::load);

  interface Loading {
    TextModel<?, ?> load(String reference) throws IOException;
  }

  interface LockedLoading {
    TextModel<?, ?> load(String reference, Path lockFile) throws IOException;
  }

  /** The prefix of the properties of a model. */
  String property(String name) {
    return "afina." + group + "." + name;
  }

  /** The type of a model's bean. */
  ResolvableType beanType(AfinaProperties.Model properties) {
    return properties.swappable()
        ? ResolvableType.forClassWithGenerics(ModelHandle.class, prediction, type)
        : ResolvableType.forClass(type);
  }

  /** What the application provides beside the properties. */
  interface Surroundings {
    List<ModelObserver> observers();

    /** The bean of this name. */
    ModelGate<TextModel<?, ?>> gate(String name);
  }

  /**
   * Loads a model, or a handle that serves it.
   *
   * @throws ModelNotLoadedException if that fails; the message names the property
   */
  AutoCloseable load(String name, AfinaProperties.Model properties, Surroundings surroundings) {
    String reference = properties.model();
    String property = property(name) + ".model";
    if (reference == null || reference.isBlank()) {
      throw new ModelNotLoadedException(
          property,
          "it is not set",
          "Set it to a folder, classpath:folder, or owner/name on the Hugging Face Hub.");
    }
    String gate = properties.gate();
    if (gate != null && !properties.swappable()) {
      throw new ModelNotLoadedException(
          property(name) + ".gate=" + gate,
          "a model that is never replaced asks no gate",
          "Set " + property(name) + ".swappable=true, or leave the gate out.");
    }
    Optional<ModelGate<TextModel<?, ?>>> asked =
        gate == null ? Optional.empty() : Optional.of(gate(property(name), gate, surroundings));
    try {
      List<ModelObserver> observers = surroundings.observers(); // before there is what to close
      TextModel<?, ?> loaded = loadExactly(reference, properties);
      return properties.swappable()
          ? handle(name, properties, loaded, observers, asked)
          : serving(name, properties, loaded, observers);
    } catch (IOException | RuntimeException e) {
      throw new ModelNotLoadedException(property + "=" + reference, e);
    }
  }

  private static ModelGate<TextModel<?, ?>> gate(
      String group, String gate, Surroundings surroundings) {
    try {
      return surroundings.gate(gate);
    } catch (BeansException e) {
      throw new ModelNotLoadedException(
          group + ".gate=" + gate,
          String.valueOf(e.getMessage()),
          "Name a bean of type dev.afina.ModelGate.");
    }
  }

  /** Replaces the model of a handle that {@link #load} gave. */
  @SuppressWarnings("unchecked") // the handle is of the type that this kind loads
  void swap(ModelHandle<?, ?> handle, AfinaProperties.Model properties, String reference)
      throws IOException {
    ((ModelHandle<Object, TextModel<Object, ?>>) handle)
        .swap(() -> (TextModel<Object, ?>) loadExactly(reference, properties));
  }

  private TextModel<?, ?> loadExactly(String reference, AfinaProperties.Model properties)
      throws IOException {
    return shortened(
        inPrecision(load(reference, properties.lockFile()), properties.precision()),
        properties.maxTokens());
  }

  private TextModel<?, ?> load(String reference, @Nullable Path lockFile) throws IOException {
    return lockFile == null ? loading.load(reference) : lockedLoading.load(reference, lockFile);
  }

  private static ServingOptions options(
      String name, AfinaProperties.Model properties, List<ModelObserver> observers) {
    ModelListener listener =
        ModelListener.all(
            observers.stream().map(o -> o.listenerOf(name)).toArray(ModelListener[]::new));
    return properties.serving().listener(listener);
  }

  private static TextModel<?, ?> serving(
      String name,
      AfinaProperties.Model properties,
      TextModel<?, ?> loaded,
      List<ModelObserver> observers) {
    try (loaded) {
      TextModel<?, ?> served = loaded.withServing(options(name, properties, observers));
      boolean complete = false;
      try {
        observers.forEach(observer -> observer.ready(name, served));
        complete = true;
        return served;
      } finally {
        if (!complete) {
          served.close();
        }
      }
    }
  }

  @SuppressWarnings("unchecked") // the type of predictions does not matter here
  private static ModelHandle<?, ?> handle(
      String name,
      AfinaProperties.Model properties,
      TextModel<?, ?> loaded,
      List<ModelObserver> observers,
      Optional<ModelGate<TextModel<?, ?>>> gate) {
    Swaps swaps = new Swaps(name, observers);
    Runnable close = loaded::close;
    boolean complete = false;
    try {
      ModelHandle.Builder<Object, TextModel<Object, ?>> builder =
          ModelHandle.builder((TextModel<Object, ?>) loaded);
      gate.ifPresent(builder::gate);
      ModelHandle<Object, TextModel<Object, ?>> handle =
          builder.serving(options(name, properties, observers)).listener(swaps).build();
      close = handle::close;
      swaps.handle = handle;
      observers.forEach(observer -> observer.ready(name, handle));
      swaps.tellWhatServes();
      complete = true;
      return handle;
    } finally {
      if (!complete) {
        close.run();
      }
    }
  }

  /** Notifies the observers which model a handle serves. */
  private static final class Swaps implements ModelHandle.Listener {
    private final String name;
    private final List<ModelObserver> observers;
    private volatile @Nullable ModelHandle<?, ?> handle;

    Swaps(String name, List<ModelObserver> observers) {
      this.name = name;
      this.observers = observers;
    }

    @Override
    public void swapped(int swaps) {
      tellWhatServes();
    }

    void tellWhatServes() {
      ModelHandle<?, ?> now = handle;
      if (now != null) {
        boolean unused = now.call(this::told);
      }
    }

    private boolean told(TextModel<?, ?> model) {
      observers.forEach(observer -> observer.serves(name, model));
      return true;
    }
  }

  /** The copy that reads fewer tokens shares the weights, so the original can be closed. */
  private static TextModel<?, ?> shortened(TextModel<?, ?> whole, @Nullable Integer maxTokens) {
    if (maxTokens == null) {
      return whole;
    }
    try (whole) {
      return whole.withMaxTokens(maxTokens);
    }
  }

  /** The copy in another precision shares the weights, so the original can be closed. */
  private static TextModel<?, ?> inPrecision(TextModel<?, ?> exact, Precision precision) {
    if (precision == Precision.FLOAT32) {
      return exact;
    }
    try (exact) {
      return exact.withPrecision(precision);
    }
  }
}
