/**
 * What training makes small. A {@link io.github.leukemia4j.loss.Loss} is the meaning of a loss, in
 * double precision on plain arrays. A backend builds the same as a graph, and tests hold the two
 * against each other.
 *
 * <pre>{@code
 * text --Loss.parse (built in, or found by LossFactory)--> Loss
 *                                                             |  forLabels
 *                                                             v
 *                         Loss for one head's labels -> value and gradient here
 *                                                    -> the backend's graph in training
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.loss.CrossEntropyLoss}, {@link
 * io.github.leukemia4j.loss.TverskyLoss} and their {@link io.github.leukemia4j.loss.MixtureLoss}
 * are built in. {@link io.github.leukemia4j.loss.Loss} has the default and reads losses from text.
 * {@link io.github.leukemia4j.loss.LossFactory} is the interface by which text can name a loss of
 * your own.
 */
package io.github.leukemia4j.loss;
