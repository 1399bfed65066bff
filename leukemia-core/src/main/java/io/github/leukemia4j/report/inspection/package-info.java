/**
 * Reports of inspections, which the command line alone writes: {@code InspectionReport -> JSON,
 * Markdown, a page}. They are made as those of {@code report} are.
 */
package io.github.leukemia4j.report.inspection;
