/**
 * What stands on pages, as plain records, and how numbers are written. The templates below {@code
 * src/main/resources/jte} turn them into HTML and Markdown; the build makes classes of them in the
 * packages {@code html} and {@code markdown} below this one. Exported to nobody.
 */
package io.github.leukemia4j.report.view;
