/**
 * Runs opened bundles: everything around the arithmetic that is the same for all backends.
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
 * <p>{@link io.github.leukemia4j.inference.Backends} finds each {@link
 * io.github.leukemia4j.backend.Backend} on the class path. {@link
 * io.github.leukemia4j.inference.OpenModel} prepares the images and bounds how many chunks run at
 * once. Each {@link io.github.leukemia4j.inference.HeadClassifier} makes the predictions of one
 * head.
 */
package io.github.leukemia4j.inference;
