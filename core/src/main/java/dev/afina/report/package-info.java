/**
 * Reports for people: {@link dev.afina.report.TrainingReport} writes the results of a training as a
 * page, {@code report.html}, and as figures for programs, {@code report.json}. {@link
 * dev.afina.report.ExplanationPage} highlights the words that contributed to a prediction.
 *
 * <p>A report is built from facts about the model, the result of the training and scored
 * predictions; it does not need the model. The {@code …Figures} classes compute figures when
 * results are added, the {@code …Section} classes and {@code ReportJson} only present them. Charts
 * are inline SVG.
 */
@NullMarked
package dev.afina.report;

import org.jspecify.annotations.NullMarked;
