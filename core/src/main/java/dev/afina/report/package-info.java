/**
 * The report of a training that people look at: {@link dev.afina.report.TrainingReport} writes a
 * page, {@code report.html}, and the same figures for programs, {@code report.json}. {@link
 * dev.afina.report.ExplanationPage} shows texts with the words marked that carried a label.
 *
 * <p>It is made of facts of the model, the training's result and scored predictions, and knows no
 * model. Figures are computed when they are given ({@code …Figures}); a section of the page each
 * ({@code …Section}) and {@code ReportJson} only show them. Pictures are SVG that stands in the
 * page.
 */
@NullMarked
package dev.afina.report;

import org.jspecify.annotations.NullMarked;
