/**
 * What a data set gives away before any network is trained. {@link
 * io.github.leukemia4j.evaluation.inspection.InspectionReport} takes an {@link
 * io.github.leukemia4j.data.check.Inspection} and tries to tell the labels by colour alone, and by
 * size and file format alone. What such a classifier reaches needs no look at the cell, so the
 * score of a model should be read beside it.
 */
package io.github.leukemia4j.evaluation.inspection;
