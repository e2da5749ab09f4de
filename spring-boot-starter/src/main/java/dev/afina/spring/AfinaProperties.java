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
 * Which models the application has.
 *
 * @param classifiers classifiers of one label a text, by the name of their bean
 * @param multiLabelClassifiers classifiers of any number of labels a text, by the name of their
 *     bean
 * @param regressors models that give a text numbers, by the name of their bean
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
   * @param lockFile the file with commit and hashes that the model must have; none where it is left
   *     out
   * @param precision what it predicts in; float32 is exact, the others are faster
   * @param tokensInFlight the tokens of single texts that may wait or be computed, before others
   *     are refused; 1,048,576 where it is left out
   * @param deadline the time that a call may take; any where it is left out
   * @param swappable whether the bean is a ModelHandle, whose model is replaced while it serves; a
   *     plain model where it is left out
   * @param gate the name of a bean of type ModelGate that each new model must pass; labels must be
   *     the same in any case
   */
  public record Model(
      @Nullable String model,
      @Nullable Path lockFile,
      @DefaultValue("float32") Precision precision,
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
