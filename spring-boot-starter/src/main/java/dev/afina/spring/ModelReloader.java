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
 * Replaces models with {@code afina.….<name>.swappable=true} while they serve: a bean, where there
 * are any.
 *
 * <pre>{@code
 * @Scheduled(cron = "0 0 4 * * *")
 * void refresh() throws IOException {
 *   models.reload("tickets");                    // what the property names, as it is now
 *   models.reload("tickets", "acme/tickets@v2"); // or another one
 * }
 * }</pre>
 *
 * <p>The new model has the precision, the limits and the listeners of the properties. Calls go on
 * meanwhile; there are two models in memory. Thread safe.
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
   * Loads the model anew from where its property says, and serves it in place of the present one.
   * Returns when the present one is closed.
   *
   * @param name the bean's
   * @throws IllegalArgumentException when there is no swappable model of this name
   * @throws IOException when it cannot be loaded; the present one stays, as in all these cases
   * @throws SwapRefusedException when it has other labels, or its gate has an objection
   * @throws IllegalStateException when the application is closing
   */
  public void reload(String name) throws IOException {
    Swappable model = model(name);
    reload(name, model, Objects.requireNonNull(model.properties.model()));
  }

  /**
   * The same from another place, until the next reload or start of the application.
   *
   * @param reference a folder, {@code classpath:folder}, or {@code owner/name@revision}; with a
   *     lock file one that the file holds it to
   * @throws IllegalArgumentException when there is no swappable model of this name, or the
   *     reference is blank
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
