package dev.afina.spring;

import dev.afina.TextModel;
import java.util.Map;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@code /actuator/health/afina} in Boot 4. Off by {@code management.health.afina.enabled=false}.
 */
@AutoConfiguration(after = AfinaAutoConfiguration.class)
@ConditionalOnClass(HealthIndicator.class)
@ConditionalOnEnabledHealthIndicator("afina")
@ConditionalOnBean(TextModel.class)
public class Boot4HealthAutoConfiguration {

  /** Up while every model answers. */
  @Bean
  @ConditionalOnMissingBean(name = "afinaHealthIndicator")
  public HealthIndicator afinaHealthIndicator(Map<String, TextModel<?, ?>> models) {
    ModelsHealth health = new ModelsHealth(models);
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
