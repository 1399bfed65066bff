/**
 * What a data set gives away before any network is trained: {@link
 * io.github.leukemia4j.evaluation.inspection.InspectionReport} tells labels by colour, size and
 * format alone.
 */
package io.github.leukemia4j.evaluation.inspection;
