package dev.afina.spring;

import dev.afina.ExitHold;
import dev.afina.ModelGate;
import dev.afina.ModelHandle;
import dev.afina.ModelListener;
import dev.afina.TextModel;
import dev.afina.spring.ModelReloader.Swappable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers the model beans. Their definitions must exist before other beans need them, so the
 * properties are bound here as well, before {@link AfinaProperties} is a bean.
 */
final class ModelBeans implements ImportBeanDefinitionRegistrar {
  private static final String HOLD = "afinaExitHold";

  private final Environment environment;

  /** Called by Spring. */
  ModelBeans(Environment environment) {
    this.environment = environment;
  }

  @Override
  public void registerBeanDefinitions(
      AnnotationMetadata importing, BeanDefinitionRegistry registry) {
    AfinaProperties properties =
        Binder.get(environment).bindOrCreate("afina", AfinaProperties.class);
    // Without Spring's shutdown hook nothing would release the hold, and the exit would wait in
    // vain.
    if (environment.getProperty("spring.main.register-shutdown-hook", Boolean.class, true)) {
      // Closed by Spring's shutdown hook, after the models, which depend on it, and so after all
      // beans that use them.
      RootBeanDefinition hold = new RootBeanDefinition(ExitHold.class, ExitHold::begin);
      hold.setDestroyMethodName("close");
      hold.setLazyInit(true); // without a model nothing needs it
      registry.registerBeanDefinition(HOLD, hold);
      registry.registerBeanDefinition(
          "afinaHeldModels", new RootBeanDefinition(HeldModels.class, () -> new HeldModels(HOLD)));
    }
    Map<String, Swappable> swappable = new TreeMap<>();
    register(ModelKind.CLASSIFIER, properties.classifiers(), registry, swappable);
    register(
        ModelKind.MULTI_LABEL_CLASSIFIER, properties.multiLabelClassifiers(), registry, swappable);
    register(ModelKind.REGRESSOR, properties.regressors(), registry, swappable);
    if (!swappable.isEmpty() && registry instanceof ListableBeanFactory beans) {
      registry.registerBeanDefinition(
          "afinaModelReloader",
          new RootBeanDefinition(
              ModelReloader.class,
              () -> new ModelReloader(swappable, name -> beans.getBean(name, ModelHandle.class))));
    }
  }

  private static void register(
      ModelKind kind,
      Map<String, AfinaProperties.Model> models,
      BeanDefinitionRegistry registry,
      Map<String, Swappable> swappable) {
    models.forEach(
        (name, model) -> {
          if (registry.containsBeanDefinition(name)) {
            throw new ModelNotLoadedException(
                kind.property(name),
                "there is another bean \"" + name + "\"",
                "Give one of the two another name.");
          }
          RootBeanDefinition definition = definition(kind, name, model, new Application(registry));
          registry.registerBeanDefinition(name, definition);
          if (model.swappable()) {
            swappable.put(name, new Swappable(kind, model));
          }
        });
  }

  private static RootBeanDefinition definition(
      ModelKind kind,
      String name,
      AfinaProperties.Model model,
      ModelKind.Surroundings surroundings) {
    RootBeanDefinition definition = new RootBeanDefinition();
    definition.setTargetType(kind.beanType(model));
    definition.setInstanceSupplier(() -> kind.load(name, model, surroundings));
    definition.setDestroyMethodName("close");
    definition.setResourceDescription(kind.property(name));
    return definition;
  }

  /** Used when a model is loaded; by then the registry is a bean factory. */
  private record Application(BeanDefinitionRegistry registry) implements ModelKind.Surroundings {
    @Override
    public List<ModelObserver> observers() {
      return registry instanceof ListableBeanFactory beans ? observersOf(beans) : List.of();
    }

    @Override
    @SuppressWarnings("unchecked") // a gate for another type of model fails on first use
    public ModelGate<TextModel<?, ?>> gate(String name) {
      return ((ListableBeanFactory) registry).getBean(name, ModelGate.class);
    }
  }

  /** The meters, and the application's own listeners, which observe every model. */
  private static List<ModelObserver> observersOf(ListableBeanFactory beans) {
    Stream<ModelObserver> own =
        beans.getBeanProvider(ModelListener.class).orderedStream().map(OfApplication::new);
    return Stream.concat(beans.getBeanProvider(ModelObserver.class).orderedStream(), own).toList();
  }

  private record OfApplication(ModelListener listener) implements ModelObserver {
    @Override
    public ModelListener listenerOf(String name) {
      return listener;
    }
  }
}
