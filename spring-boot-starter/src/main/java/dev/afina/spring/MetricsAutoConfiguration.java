package dev.afina.spring;

import dev.afina.Classifier;
import dev.afina.DecisionRules;
import dev.afina.ModelHandle;
import dev.afina.ModelListener;
import dev.afina.MultiLabelClassifier;
import dev.afina.TextModel;
import dev.afina.micrometer.ModelMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Registers the meters of each model if {@code afina-micrometer} is on the class path and the
 * application has a registry.
 */
@AutoConfiguration(before = AfinaAutoConfiguration.class)
@ConditionalOnClass({MeterRegistry.class, ModelMetrics.class})
public class MetricsAutoConfiguration {

  @Bean
  ModelObserver afinaModelObserver(ObjectProvider<MeterRegistry> registries) {
    return new Meters(registries);
  }

  private record Meters(
      ObjectProvider<MeterRegistry> registries, Map<String, ModelMetrics> ofModels)
      implements ModelObserver {

    Meters(ObjectProvider<MeterRegistry> registries) {
      this(registries, new ConcurrentHashMap<>());
    }

    @Override
    public ModelListener listenerOf(String name) {
      MeterRegistry registry = registries.getIfUnique();
      if (registry == null) {
        return ModelListener.NONE;
      }
      return ofModels.computeIfAbsent(name, model -> ModelMetrics.of(registry, model));
    }

    @Override
    public void ready(String name, TextModel<?, ?> model) {
      ModelMetrics metrics = ofModels.get(name);
      if (metrics != null) {
        metrics.watchQueueOf(model);
        serves(name, model);
      }
    }

    @Override
    public void ready(String name, ModelHandle<?, ?> handle) {
      ModelMetrics metrics = ofModels.get(name);
      if (metrics != null) {
        metrics.watchQueueOf(handle);
      }
    }

    @Override
    public void serves(String name, TextModel<?, ?> model) {
      ModelMetrics metrics = ofModels.get(name);
      if (metrics != null) {
        metrics.watchNoDrift(); // from the scores of another model
        rulesOf(model).figures().ifPresent(figures -> metrics.watchDriftFrom(figures.scores()));
      }
    }

    private static DecisionRules rulesOf(TextModel<?, ?> model) {
      if (model instanceof Classifier classifier) {
        return classifier.rules();
      }
      return model instanceof MultiLabelClassifier several ? several.rules() : DecisionRules.none();
    }
  }
}
