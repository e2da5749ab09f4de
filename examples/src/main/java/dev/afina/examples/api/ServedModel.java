package dev.afina.examples.api;

import dev.afina.Prediction;
import dev.afina.Predictor;
import dev.afina.data.Labels;

/**
 * What a server serves.
 *
 * @param name of the model, for {@code /health}
 * @param labels those that the model knows
 * @param model answers {@code /classify}
 * @param probe answers {@code /health}: the same model, whose meters do not count what it is asked
 */
public record ServedModel(
    String name, Labels labels, Predictor<Prediction> model, Predictor<Prediction> probe) {}
