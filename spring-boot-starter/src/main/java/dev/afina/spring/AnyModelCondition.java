package dev.afina.spring;

import dev.afina.ModelHandle;
import dev.afina.TextModel;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;

/** Matches if the application has a model, plain or in a handle. */
final class AnyModelCondition extends AnyNestedCondition {

  AnyModelCondition() {
    super(ConfigurationPhase.REGISTER_BEAN);
  }

  @ConditionalOnBean(TextModel.class)
  static final class Plain {}

  @ConditionalOnBean(ModelHandle.class)
  static final class InHandle {}
}
