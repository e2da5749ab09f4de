package dev.afina.spring;

import dev.afina.Classifier;
import dev.afina.ModelListener;
import dev.afina.MultiLabelClassifier;
import dev.afina.Precision;
import dev.afina.Regressor;
import dev.afina.TextModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One of three types of models: where its properties stand, and how it is loaded.
 *
 * @param group the name of its properties after {@code afina.}
 */
record ModelKind(
    String group,
    Class<? extends TextModel<?, ?>> type,
    ModelKind.Loading loading,
    ModelKind.LockedLoading lockedLoading) {

  static final ModelKind CLASSIFIER =
      new ModelKind("classifiers", Classifier.class, Classifier::load, Classifier::load);
  static final ModelKind MULTI_LABEL_CLASSIFIER =
      new ModelKind(
          "multi-label-classifiers",
          MultiLabelClassifier.class,
          MultiLabelClassifier::load,
          MultiLabelClassifier::load);
  static final ModelKind REGRESSOR =
      new ModelKind("regressors", Regressor.class, Regressor::load, Regressor::load);

  interface Loading {
    TextModel<?, ?> load(String reference) throws IOException;
  }

  interface LockedLoading {
    TextModel<?, ?> load(String reference, Path lockFile) throws IOException;
  }

  /** The name of the group of properties of a model. */
  String property(String name) {
    return "afina." + group + "." + name;
  }

  /**
   * Loads a model.
   *
   * @throws ModelNotLoadedException saying which property leads to what is wrong
   */
  TextModel<?, ?> load(
      String name, AfinaProperties.Model properties, Supplier<List<ModelObserver>> observers) {
    String reference = properties.model();
    String property = property(name) + ".model";
    if (reference == null || reference.isBlank()) {
      throw new ModelNotLoadedException(
          property,
          "it is not set",
          "Set it to a folder, classpath:folder, or owner/name on the Hugging Face Hub.");
    }
    try {
      TextModel<?, ?> exact = load(reference, properties.lockFile());
      return serving(name, properties, inPrecision(exact, properties.precision()), observers.get());
    } catch (IOException | RuntimeException e) {
      throw new ModelNotLoadedException(property + "=" + reference, e);
    }
  }

  private TextModel<?, ?> load(String reference, @Nullable Path lockFile) throws IOException {
    return lockFile == null ? loading.load(reference) : lockedLoading.load(reference, lockFile);
  }

  private static TextModel<?, ?> serving(
      String name,
      AfinaProperties.Model properties,
      TextModel<?, ?> loaded,
      List<ModelObserver> observers) {
    try (loaded) {
      ModelListener listener =
          ModelListener.all(
              observers.stream().map(o -> o.listenerOf(name)).toArray(ModelListener[]::new));
      TextModel<?, ?> served = loaded.withServing(properties.serving().listener(listener));
      observers.forEach(observer -> observer.ready(name, served));
      return served;
    }
  }

  /** The other one shares the weights, so this one may close. */
  private static TextModel<?, ?> inPrecision(TextModel<?, ?> exact, Precision precision) {
    if (precision == Precision.FLOAT32) {
      return exact;
    }
    try (exact) {
      return exact.withPrecision(precision);
    }
  }
}
