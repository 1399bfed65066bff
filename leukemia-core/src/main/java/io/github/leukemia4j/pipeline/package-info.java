/**
 * A taxonomy's stages trained, calibrated, saved and run as one. {@link
 * io.github.leukemia4j.pipeline.MultilevelPipeline} is the way in to all of it.
 *
 * <pre>{@code
 * Split + TrainingConfig
 *    |  train: one network for all stages, or one for each
 *    v
 * directory: pipeline.json, one model bundle for each network
 *    |  adapt: normalisation statistics of a laboratory's images, into a new directory
 *    |  calibrate: temperatures and decisions, into a new directory
 *    v
 *    |  load
 *    v
 * MultilevelPipeline <- CellImage
 *    |  the root's stage chooses a child, the child's stage a grandchild, and so on
 *    v
 * MultilevelResult: a leaf, or the stage where it stopped or was referred, and why
 * }</pre>
 *
 * <p>A stage chooses by the {@link io.github.leukemia4j.calibration.Decision} in its manifest, or
 * else the most probable label. {@link io.github.leukemia4j.pipeline.MultilevelResult} has the
 * path, the outcome and the full prediction of every stage that was asked. {@link
 * io.github.leukemia4j.training.input.TrainingColours} are the colours of the training images,
 * which a pipeline keeps so that an evaluation can hold it against colours alone. {@link
 * io.github.leukemia4j.pipeline.Adaptation} says how a pipeline is adapted to a new laboratory, and
 * reports what that did.
 */
package io.github.leukemia4j.pipeline;
