package dev.afina.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/** Registers a bean for each model in {@link AfinaProperties}. */
@AutoConfiguration
@EnableConfigurationProperties(AfinaProperties.class)
@Import(ModelBeans.class)
public class AfinaAutoConfiguration {}
