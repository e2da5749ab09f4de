/**
 * Which tokens and words of a text carried a model's output: values and options only. {@link
 * dev.afina.TextModel#explain(String)} computes them, {@link dev.afina.report.ExplanationPage}
 * shows them.
 */
@NullMarked
package dev.afina.explain;

import org.jspecify.annotations.NullMarked;
