package dev.afina.spring;

import dev.afina.ModelHandle;
import dev.afina.TextModel;
import java.util.stream.Stream;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.StringUtils;

/**
 * Makes every bean that is a model depend on the hold of the JVM's exit, whether it comes from the
 * properties or from the application. So the hold is there if there is a model, and Spring closes
 * it after the models.
 */
final class HeldModels implements BeanFactoryPostProcessor {
  private final String hold;

  /**
   * @param hold the name of its bean
   */
  HeldModels(String hold) {
    this.hold = hold;
  }

  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
    Stream.of(TextModel.class, ModelHandle.class)
        .flatMap(type -> Stream.of(beans.getBeanNamesForType(type, true, false)))
        .filter(beans::containsBeanDefinition)
        .map(beans::getBeanDefinition)
        .forEach(this::dependsOnHold);
  }

  private void dependsOnHold(BeanDefinition model) {
    model.setDependsOn(StringUtils.addStringToArray(model.getDependsOn(), hold));
  }
}
