/**
 * The files of a trained network. A {@link io.github.leukemia4j.model.ModelBundle} is a directory
 * that describes and checks itself. It is written once and never changed.
 *
 * <pre>{@code
 * training or calibration                       opening
 *         |                                        |
 *  ModelBundle.create                       ModelBundle.open
 *         |                                        |
 *         v                                        v
 *  manifest.json         ModelManifest: input, heads, gate, provenance, SHA-256 of each file
 *  MODEL_CARD.md         the same for people
 *  the network's files   in the format of the backend that trained it
 *  what trained it       settings, histories, digests of its samples
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.model.ModelManifest} says what the network is given and has one
 * {@link io.github.leukemia4j.model.HeadManifest} for each question that it answers: labels,
 * priors, temperature and decision. {@link io.github.leukemia4j.model.ModelBundle.Provenance} tells
 * where it comes from.
 */
package io.github.leukemia4j.model;
