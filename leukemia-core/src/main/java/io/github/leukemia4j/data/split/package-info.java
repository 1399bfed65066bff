/**
 * Divides a data set into the parts train, validation, calibration and test, so that no patient is
 * in two of them.
 *
 * <pre>{@code
 * Dataset (+ Verification: which images are identical)
 *    |
 *    v
 * groups: a patient's samples and identical images stay together
 *    |  Splitter: a seed, the share of each part
 *    v
 * Split -> a file that says which sample is in which part, Split.Summary
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.data.split.Splitter} gives every part its share of the samples and
 * patients of every label. It makes one split, or the folds of a cross-validation. {@link
 * io.github.leukemia4j.data.split.Split} holds the parts, checks that they are disjoint, and gives
 * the samples that one stage learns from. It is written as JSON and read again. {@link
 * io.github.leukemia4j.data.split.Split.Summary} counts what the parts hold.
 */
package io.github.leukemia4j.data.split;
