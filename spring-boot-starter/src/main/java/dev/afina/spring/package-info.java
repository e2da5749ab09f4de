/**
 * Models as beans of a Spring Boot 3.5 or 4 application.
 *
 * <p>Each name under {@code afina.classifiers}, {@code afina.multi-label-classifiers} and {@code
 * afina.regressors} becomes a bean of that name: a {@link dev.afina.Classifier}, a {@link
 * dev.afina.MultiLabelClassifier} or a {@link dev.afina.Regressor}. It is loaded when the
 * application starts and closed when it stops. See {@link dev.afina.spring.AfinaProperties}.
 */
@NullMarked
package dev.afina.spring;

import org.jspecify.annotations.NullMarked;
