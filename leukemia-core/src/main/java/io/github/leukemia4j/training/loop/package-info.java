/**
 * The training of one network, whatever computes it. {@link
 * io.github.leukemia4j.training.loop.Training} checks the split, asks a {@link
 * io.github.leukemia4j.backend.Backend.NetworkFactory} for a network, reads the images, runs the
 * loop and writes the bundle:
 *
 * <pre>{@code
 * Split -> TrainingImages (cache, gate, stain) -> Batches -> TrainingLoop -> Outcome -> BundleWriter
 *                                                   step |  ^ Step            weights,
 *                                                        v  | Logits          histories
 *                                                   TrainableNetwork
 * }</pre>
 *
 * <p>{@code TrainingLoop} takes the next batch, sets the learning rate and calls {@link
 * io.github.leukemia4j.backend.TrainableNetwork#step}; in leukemia-tf {@code TrainingSession} runs
 * that step on the graph of {@code TrainingGraph}, for which {@code TfLosses} builds the losses.
 *
 * <p>After each epoch {@code TrainedHead} measures each head on the validation part, and {@code
 * Checkpoint} writes everything into a file of the format safetensors, from which a training that
 * was stopped goes on to the same bits. {@link
 * io.github.leukemia4j.training.loop.UnfinishedTraining} is the place where a stopped training is
 * kept, and {@link io.github.leukemia4j.training.loop.TrainedFrom} tells whether it may go on.
 * {@link io.github.leukemia4j.training.loop.TrainingSamples} recognises a patient or an image that
 * a model was made from, so that it is not judged on them.
 */
package io.github.leukemia4j.training.loop;
