/**
 * What stands on pages, as plain records, and how numbers are written.
 *
 * <pre>{@code
 * report, comparison, inspection -> EvaluationView, ComparisonView, InspectionView
 *                                        | StageView, Table, Picture, Text
 *                                        v
 *                      templates in src/main/resources/jte -> HTML, Markdown
 * }</pre>
 *
 * <p>Each page has a view that holds all of its tables, sentences and pictures without any markup.
 * {@code Tables} makes the tables and {@code Numbers} writes the figures in them. The build makes
 * classes of the templates, in the packages {@code html} and {@code markdown} below this one. The
 * module exports this package to nobody.
 */
package io.github.leukemia4j.report.view;
