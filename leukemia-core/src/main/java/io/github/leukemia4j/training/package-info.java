/**
 * What a training is told and what it tells. {@link io.github.leukemia4j.training.TrainingConfig}
 * is a record of records that decides the result: the network, its input, losses, optimiser,
 * batches, and which epoch is kept. It is read and written as JSON, and lies in every bundle.
 * {@link io.github.leukemia4j.training.RunOptions} say how the training runs. While it does, a
 * {@link io.github.leukemia4j.training.TrainingListener} hears of every step and epoch; afterwards
 * a {@link io.github.leukemia4j.training.TrainingHistory} holds the figures of all epochs.
 *
 * <pre>
 * TrainingConfig + RunOptions --&gt; training loop --&gt; TrainingHistory, bundle
 *                                      |
 *                                      v
 *                               TrainingListener
 * </pre>
 */
package io.github.leukemia4j.training;
