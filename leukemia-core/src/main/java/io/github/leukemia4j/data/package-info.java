/**
 * Labelled images: where they are, which label they have, and whose cells they show.
 *
 * <pre>{@code
 * folder, CSV manifest or .npz file
 *    |  Datasets.open (a published layout, a DatasetFormat of your own, or class folders)
 *    v
 * Dataset: a Taxonomy and a list of Sample (id, ImageSource, label, patient)
 *    |  data.check: reads every image, finds what is damaged or there twice
 *    v
 *    |  data.split: divides by patient
 *    v
 * Split: train, validation, calibration, test
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.data.Datasets} opens data sets and merges them. A {@link
 * io.github.leukemia4j.data.Dataset} knows where its images are; it opens none before it is asked
 * to. An {@link io.github.leukemia4j.data.ImageSource} reads one of them. {@link
 * io.github.leukemia4j.data.DatasetFormat} is the interface for a layout of your own, which {@link
 * java.util.ServiceLoader} finds; the published layouts implement it. {@link
 * io.github.leukemia4j.data.Datasets.ManifestColumns} says how to read a CSV file with other
 * columns.
 */
package io.github.leukemia4j.data;
