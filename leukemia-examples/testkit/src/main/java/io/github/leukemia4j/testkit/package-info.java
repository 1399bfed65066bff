/**
 * Proves implementations of the interfaces of the core. A test extends a contract, says how its
 * implementation is made, and inherits the tests.
 *
 * <ul>
 *   <li>{@link io.github.leukemia4j.testkit.LeukemiaClassifierContract} is for classifiers.
 *   <li>{@link io.github.leukemia4j.testkit.NetworkContract} is for the networks that a backend
 *       opens.
 *   <li>{@link io.github.leukemia4j.testkit.TrainableNetworkContract} is for the networks that a
 *       backend trains. {@link io.github.leukemia4j.testkit.SoftmaxNetwork} is the smallest one
 *       that keeps it.
 *   <li>{@link io.github.leukemia4j.testkit.MetricContract}, {@link
 *       io.github.leukemia4j.testkit.AugmentationContract} and {@link
 *       io.github.leukemia4j.testkit.DatasetFormatContract} are for a metric, an augmentation and a
 *       layout of your own.
 * </ul>
 */
package io.github.leukemia4j.testkit;
