/**
 * A pipeline that is trained already, to start from, and 60 real cells to try it on.
 *
 * <pre>{@code
 * Starter.pipeline() -> MultilevelPipeline -> MultilevelResult
 * Starter.cells(folder) -> Dataset of images that it was not trained on
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.starter.Starter} says what it was made from.
 */
package io.github.leukemia4j.starter;
