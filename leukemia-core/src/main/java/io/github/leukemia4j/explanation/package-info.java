/**
 * Heat maps that show which pixels spoke for a label. {@code docs/explanations.md} says what they
 * do not show.
 *
 * <pre>{@code
 * classifier, CellImage, Label --Explanations.explain (by a method)--> Heatmap
 * pipeline, CellImage ---------Explanations.alongPath--> a Heatmap for each stage on the way
 *                                                            |
 *                                                            v
 *                                   Heatmap.overlay, ExplanationPicture -> picture
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.explanation.Explanations} makes the maps. {@link
 * io.github.leukemia4j.explanation.Explanations.Method} names the ways to make one; two need
 * gradients of the backend, and one needs only the classifier's answers. A {@link
 * io.github.leukemia4j.explanation.Explanations.Heatmap} has one value for each pixel. {@link
 * io.github.leukemia4j.explanation.ExplanationPicture} draws an image and its maps side by side.
 */
package io.github.leukemia4j.explanation;
