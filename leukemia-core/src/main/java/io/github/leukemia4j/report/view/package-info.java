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
 * classes of the templates, in the packages {@code html} and {@code markdown} below this one.
 * {@link io.github.leukemia4j.report.view.Document} is the view of pages that need no template of
 * their own. The module exports this package to leukemia-research alone.
 */
package io.github.leukemia4j.report.view;
