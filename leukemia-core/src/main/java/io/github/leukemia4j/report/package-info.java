/**
 * Evaluations for people: {@link io.github.leukemia4j.report.HtmlReport} makes one self-contained
 * page, {@link io.github.leukemia4j.report.Plots} the plots as PNG files, {@link
 * io.github.leukemia4j.report.LearningCurves} the course of a training, and {@link
 * io.github.leukemia4j.report.PipelineCard} the model card of a pipeline that was tested. Plots
 * need XChart ({@code org.knowm.xchart:xchart}) on the class path; everything else of the library
 * does without.
 */
package io.github.leukemia4j.report;
