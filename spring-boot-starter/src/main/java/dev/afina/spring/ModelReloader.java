package dev.afina.spring;

import dev.afina.ModelHandle;
import dev.afina.SwapRefusedException;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Replaces models while they serve. Available as a bean if a model has {@code
 * afina.….<name>.swappable=true}.
 *
 * <pre>{@code
 * @Scheduled(cron = "0 0 4 * * *")
 * void refresh() throws IOException {
 *   models.reload("tickets");                    // again from where the property says
 *   models.reload("tickets", "acme/tickets@v2"); // or from somewhere else
 * }
 * }</pre>
 *
 * <p>The new model gets the precision, limits and listeners of the properties. Calls are answered
 * in the meantime, and both models are in memory. Thread safe.
 */
public final class ModelReloader {
  private final Map<String, Swappable> models;
  private final Function<String, ModelHandle<?, ?>> handles;

  /** A model that may be replaced, and how it was loaded. */
  record Swappable(ModelKind kind, AfinaProperties.Model properties) {}

  ModelReloader(Map<String, Swappable> models, Function<String, ModelHandle<?, ?>> handles) {
    this.models = new TreeMap<>(models);
    this.handles = handles;
  }

  /**
   * Loads the model again from where its property says and replaces the current one. Returns once
   * the old model is closed. If this fails, the old model keeps serving.
   *
   * @param name the bean's name
   * @throws IllegalArgumentException if there is no swappable model of this name
   * @throws IOException if the new model cannot be loaded
   * @throws SwapRefusedException if the new model has other labels, or its gate rejects it
   * @throws IllegalStateException if the application is closing
   */
  public void reload(String name) throws IOException {
    Swappable model = model(name);
    reload(name, model, Objects.requireNonNull(model.properties.model()));
  }

  /**
   * Loads the model from another place, until the next reload or restart of the application;
   * otherwise like {@link #reload(String)}.
   *
   * @param name the bean's name
   * @param reference a folder, {@code classpath:folder}, or {@code owner/name@revision}; if the
   *     model has a lock file, it must match
   * @throws IllegalArgumentException if there is no swappable model of this name, or the reference
   *     is blank
   * @throws IOException as {@link #reload(String)}
   * @throws SwapRefusedException as {@link #reload(String)}
   */
  public void reload(String name, String reference) throws IOException {
    Objects.requireNonNull(reference, "reference");
    reload(name, model(name), reference);
  }

  private Swappable model(String name) {
    Swappable model = models.get(Objects.requireNonNull(name, "name"));
    if (model == null) {
      throw new IllegalArgumentException(
          "name: no swappable model \"%s\", expected one of %s; set its property swappable=true"
              .formatted(name, new TreeSet<>(models.keySet())));
    }
    return model;
  }

  private void reload(String name, Swappable model, String reference) throws IOException {
    model.kind.swap(handles.apply(name), model.properties, reference);
  }
}
