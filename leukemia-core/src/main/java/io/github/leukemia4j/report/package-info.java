/**
 * Reports for people and programs. A report is a plain record of {@code evaluation}; this package
 * makes tables of it, and templates make text of the tables:
 *
 * <pre>
 * EvaluationReport   ComparisonReport   InspectionReport   ModelManifest
 *        |                  |                  |                 |
 *        +---- ReportJson: the same as JSON, for programs        |
 *        |                  |                  |                 |
 *        |  InWords: what came out, in sentences                 |
 *        v                  v                  v                 v
 *    report.view: tables, pictures and sentences, without any markup
 *        |                  |                  |                 |
 *        v                  v                  v                 v
 *    templates in src/main/resources/jte/html and .../markdown
 *        |                  |                  |                 |
 *    HtmlReport        HtmlReport         HtmlReport             |
 *    ReportMarkdown    ReportMarkdown                       PipelineCard
 * </pre>
 *
 * <p>{@link io.github.leukemia4j.report.Plots} and {@link
 * io.github.leukemia4j.report.LearningCurves} draw pictures as PNG files. A page is one file that
 * needs no other: no script, no network, no style of somebody else.
 */
package io.github.leukemia4j.report;
