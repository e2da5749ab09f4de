package dev.afina.spring;

import dev.afina.Precision;
import dev.afina.ServingOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The models of the application.
 *
 * @param classifiers classifiers of one label per text, by bean name
 * @param multiLabelClassifiers classifiers of any number of labels per text, by bean name
 * @param regressors models that predict numbers, by bean name
 */
@ConfigurationProperties("afina")
public record AfinaProperties(
    @DefaultValue Map<String, Model> classifiers,
    @DefaultValue Map<String, Model> multiLabelClassifiers,
    @DefaultValue Map<String, Model> regressors) {

  /** Copies the maps. */
  public AfinaProperties {
    classifiers = Map.copyOf(classifiers);
    multiLabelClassifiers = Map.copyOf(multiLabelClassifiers);
    regressors = Map.copyOf(regressors);
  }

  /**
   * One model.
   *
   * @param model a folder, classpath:folder, or owner/name@revision on the Hugging Face Hub
   * @param lockFile a lock file with the commit and hashes that the model must have; default none
   * @param precision the precision of predictions; float32 (the default) is exact, the others are
   *     faster
   * @param maxTokens the maximum number of tokens of a text, or of a window, that is read at once;
   *     default that of the model
   * @param tokensInFlight the maximum number of tokens of single texts that may be waiting or
   *     computed at a time; further calls are refused. Default 1,048,576
   * @param deadline the maximum duration of a call; default unlimited
   * @param swappable whether the bean is a ModelHandle, whose model can be replaced while it
   *     serves; default false
   * @param gate the name of a ModelGate bean that every new model must pass; default none. The
   *     labels must always be the same
   */
  public record Model(
      @Nullable String model,
      @Nullable Path lockFile,
      @DefaultValue("float32") Precision precision,
      @Nullable Integer maxTokens,
      @Nullable Long tokensInFlight,
      @Nullable Duration deadline,
      @DefaultValue("false") boolean swappable,
      @Nullable String gate) {

    /** How it serves. */
    ServingOptions serving() {
      ServingOptions options = ServingOptions.standard();
      if (tokensInFlight != null) {
        options = options.tokensInFlight(tokensInFlight);
      }
      return deadline == null ? options : options.deadline(deadline);
    }
  }
}
