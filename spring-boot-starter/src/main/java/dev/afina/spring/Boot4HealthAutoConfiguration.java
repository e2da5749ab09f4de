package dev.afina.spring;

import java.util.Map;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * {@code /actuator/health/afina} in Boot 4. Disabled by {@code
 * management.health.afina.enabled=false}.
 */
@AutoConfiguration(after = AfinaAutoConfiguration.class)
@ConditionalOnClass(HealthIndicator.class)
@ConditionalOnEnabledHealthIndicator("afina")
@Conditional(AnyModelCondition.class)
public class Boot4HealthAutoConfiguration {

  /** Up while every model answers. */
  @Bean
  @ConditionalOnMissingBean(name = "afinaHealthIndicator")
  public HealthIndicator afinaHealthIndicator(ListableBeanFactory beans) {
    ModelsHealth health = ModelsHealth.of(beans);
    return () -> {
      Health.Builder builder = Health.up();
      health.ask(
          new ModelsHealth.Answer() {
            @Override
            public void detail(String model, Map<String, Object> details) {
              builder.withDetail(model, details);
            }

            @Override
            public void down() {
              builder.down();
            }
          });
      return builder.build();
    };
  }
}
