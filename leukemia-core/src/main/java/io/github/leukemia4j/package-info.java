/**
 * The vocabulary that all other packages share. It names no file, no network and no backend.
 *
 * <ul>
 *   <li>{@link io.github.leukemia4j.CellImage} is an image of a cell as 8-bit RGB.
 *   <li>{@link io.github.leukemia4j.Label} is the name of a class of cells. A {@link
 *       io.github.leukemia4j.LabelSet} holds the labels among which one classifier chooses, and a
 *       {@link io.github.leukemia4j.Taxonomy} is the tree of all labels. Each inner node of the
 *       tree is a stage: one question to answer.
 *   <li>{@link io.github.leukemia4j.LeukemiaClassifier} answers one stage. Its answer to one image
 *       is a {@link io.github.leukemia4j.Prediction}: a probability for each label, and each {@link
 *       io.github.leukemia4j.Prediction.Finding} that speaks against trusting it.
 *   <li>{@link io.github.leukemia4j.LeukemiaException} has three subtypes. They tell whether the
 *       data, the model file or the backend is at fault.
 * </ul>
 *
 * <p>Where to look: an image is decoded in {@code image.decode.ImageDecoder}; a training runs in
 * {@code training.loop.TrainingLoop}; a loss becomes graph in {@code TfLosses} of leukemia-tf; a
 * metric's interval comes from {@code evaluation.IntervalFinder}; the files of a bundle are those
 * of {@link io.github.leukemia4j.model.ModelBundle}. Each package tells its own story.
 *
 * <p>Start at {@link io.github.leukemia4j.LeukemiaClassifier} for one stage, and at {@link
 * io.github.leukemia4j.pipeline.MultilevelPipeline} for a whole taxonomy.
 */
package io.github.leukemia4j;
