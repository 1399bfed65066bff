/**
 * What a service or a long job puts in front of a pipeline.
 *
 * <pre>{@code
 * threads with one image each -> ClassificationService --batches--> pipeline -> a future for each image
 *                                     |
 *                                     v
 *                              ServiceListener: counts and times
 *
 * files or streams of any length -> ImageStreams --chunks--> pipeline -> Stream of ImageResult
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.serving.ClassificationService} gathers single images of many
 * threads into batches, in bounded memory. {@link io.github.leukemia4j.serving.ServiceOptions} set
 * the bounds, and {@link io.github.leukemia4j.serving.ServiceOptions.ServiceListener} watches.
 * {@link io.github.leukemia4j.serving.ClassificationService.Health} says whether a service answers.
 * {@link io.github.leukemia4j.serving.ImageStreams} classifies as many images as there are. Each
 * {@link io.github.leukemia4j.serving.ImageStreams.ImageResult} holds the result of one image, or
 * why there is none.
 */
package io.github.leukemia4j.serving;
