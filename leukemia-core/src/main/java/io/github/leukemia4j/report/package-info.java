/**
 * Reports for people and programs. A report is a plain record of {@code evaluation}; this package
 * makes tables of it, and templates make text of the tables:
 *
 * <pre>
 * EvaluationReport   ComparisonReport   InspectionReport   ModelManifest
 *        |                  |                  |                 |
 *        +---- Reports.json: the same as JSON, for programs      |
 *        v                  v                  v                 v
 *    report.view: tables, pictures and sentences, without any markup
 *        |                  |                  |                 |
 *        v                  v                  v                 v
 *    templates in src/main/resources/jte/html and .../markdown
 *        |                  |                  |                 |
 *    HtmlReport        Reports.html       InspectionReports      |
 *    Reports.markdown  Reports.markdown                     MODEL_CARD.md
 *        |                                                       |
 *        +------- Reports.write: the files of a study -----------+
 * </pre>
 *
 * <p>A page is one file that needs no other: no script, no network, no style of somebody else.
 * XChart draws the plots.
 */
package io.github.leukemia4j.report;
