/**
 * Intervals and tests. Plain numbers go in, records come out; nothing here knows of images or
 * labels.
 *
 * <pre>{@code
 * independent samples -> Proportions, DeLong  -> Interval
 *                     -> McNemar, DeLong      -> p-value
 *
 * clusters, such as patients
 *                     -> ClusterBootstrap, Spread (resampled, or left out in turn) -> Interval
 *                     -> SignFlipTest (two classifiers swapped at random)          -> p-value
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.statistics.Proportions} gives exact intervals of shares, and
 * {@link io.github.leukemia4j.statistics.DeLong} those of areas under ROC curves. Both assume
 * independent samples. {@link io.github.leukemia4j.statistics.ClusterBootstrap} draws whole
 * clusters, {@link io.github.leukemia4j.statistics.Spread} leaves out one cluster at a time, and
 * {@link io.github.leukemia4j.statistics.SignFlipTest} swaps them. An {@link
 * io.github.leukemia4j.metric.Interval} says in words how it was made.
 */
package io.github.leukemia4j.statistics;
