/**
 * What a numerical backend implements: the arithmetic, and nothing around it.
 *
 * <pre>{@code
 * ModelBundle -> Backend.open -> Network:  rgb [images][height][width][3]
 *                                            -> Logits [heads][images][labels]
 * NetworkFactory -> TrainableNetwork:      step(Batch), logits, export
 * }</pre>
 *
 * <p>A {@link io.github.leukemia4j.backend.Backend} opens a bundle as a {@link
 * io.github.leukemia4j.backend.Network}, which answers one question for each {@link
 * io.github.leukemia4j.backend.Network.Head}. {@link io.github.leukemia4j.backend.OpenOptions} say
 * on which device this happens, and what becomes of unfit images. A {@link
 * io.github.leukemia4j.backend.Network.Explainable} also computes gradients, which explanations
 * need.
 *
 * <p>A backend that trains has a {@link io.github.leukemia4j.backend.Backend.NetworkFactory}. It
 * makes a {@link io.github.leukemia4j.backend.TrainableNetwork}, which takes a step for each {@link
 * io.github.leukemia4j.backend.TrainableNetwork.Batch}, gives logits and exports its weights. The
 * training loop calls it. A network that normalises by batches also says what the statistics of a
 * batch are, by which a pipeline is adapted to a laboratory.
 */
package io.github.leukemia4j.backend;
