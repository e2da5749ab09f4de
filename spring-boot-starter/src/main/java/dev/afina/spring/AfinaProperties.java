package dev.afina.spring;

import dev.afina.Precision;
import java.nio.file.Path;
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
   * @param precision what it predicts in; float32 is exact, bfloat16 and int8 are faster
   */
  public record Model(
      @Nullable String model,
      @Nullable Path lockFile,
      @DefaultValue("float32") Precision precision) {}
}
