/**
 * What a data set gives away before any network is trained.
 *
 * <pre>{@code
 * Dataset -> each image decoded once -> Inspection: Verification, numbers about each image, its
 *                                          |        format, and pairs that look alike
 *                                          v
 *                                     InspectionReport: what colour, or size and format, tell alone
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.evaluation.inspection.Inspection} reads the images. {@link
 * io.github.leukemia4j.evaluation.inspection.InspectionReport} tries to tell the labels by colour
 * alone, and by size and file format alone. What such a classifier reaches needs no look at the
 * cell, so the score of a model should be read beside it.
 */
package io.github.leukemia4j.evaluation.inspection;
