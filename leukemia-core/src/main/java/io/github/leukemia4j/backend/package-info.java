/**
 * What a numerical backend implements, and how the library uses one. A backend owns the arithmetic.
 * This package does everything around it that is the same for all backends.
 *
 * <pre>{@code
 * ModelBundle -> Backends.of -> Backend.open -> Network
 *                                                  |
 * CellImage -> OpenModel: resize, recolour, chunk  |
 *                       \--- rgb ---> Network.logits
 *                                                  |
 *                            Logits [heads][images][labels]
 *                                                  |
 *         HeadClassifier: priors, temperature, findings of the gate -> Prediction
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.backend.Backends} finds each {@link
 * io.github.leukemia4j.backend.Backend} on the class path. A backend opens a bundle as a {@link
 * io.github.leukemia4j.backend.Network}, which answers one question for each {@link
 * io.github.leukemia4j.backend.Head}. {@link io.github.leukemia4j.backend.OpenModel} prepares the
 * images and bounds how many chunks run at once. Each {@link
 * io.github.leukemia4j.backend.HeadClassifier} makes the predictions of one head. {@link
 * io.github.leukemia4j.backend.OpenOptions} say on which device this happens, and what becomes of
 * unfit images. An {@link io.github.leukemia4j.backend.ExplainableNetwork} also computes gradients,
 * which explanations need.
 *
 * <p>A backend that trains has a {@link io.github.leukemia4j.backend.NetworkFactory}. It makes a
 * {@link io.github.leukemia4j.backend.TrainableNetwork}, which takes a step for each {@link
 * io.github.leukemia4j.backend.Batch}, gives logits and exports its weights. The training loop
 * calls it. A network that normalises by batches also says what the statistics of a batch are, by
 * which a pipeline is adapted to a laboratory.
 */
package io.github.leukemia4j.backend;
