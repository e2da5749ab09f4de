/**
 * Explanations: how much each token and word of a text contributed to an output of the model. This
 * package has the values and options; {@link dev.afina.TextModel#explain(String)} computes an
 * explanation, {@link dev.afina.report.ExplanationPage} renders it.
 */
@NullMarked
package dev.afina.explain;

import org.jspecify.annotations.NullMarked;
