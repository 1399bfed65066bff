/**
 * Short programs that show how to use the library; each has a {@code main} but for the listener.
 * {@link io.github.leukemia4j.samples.TrainAndClassify} is the first example of the README. {@link
 * io.github.leukemia4j.samples.TrainWithOwnLoss} and {@link
 * io.github.leukemia4j.samples.EvaluateWithOwnMetric} use a loss and a metric that are not the
 * library's. {@link io.github.leukemia4j.samples.ServiceExample} puts a service in front of a
 * pipeline, with {@link io.github.leukemia4j.samples.MicrometerListener} as its meters.
 */
package io.github.leukemia4j.samples;
