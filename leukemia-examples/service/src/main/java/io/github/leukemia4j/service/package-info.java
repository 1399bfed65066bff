/**
 * An HTTP service with a page for review, in front of a pipeline.
 *
 * <pre>{@code
 * Main -> LeukemiaServer --requests--> ServedModel: ClassificationService -> MultilevelPipeline
 *             |   |                        ^
 *             |   +-> Uploads, Answers     | ModelSwitch replaces it
 *             +-> Meters (Prometheus)
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.service.LeukemiaServer} can be started by a program of one's own;
 * {@link io.github.leukemia4j.service.ServerSettings} are its limits.
 */
package io.github.leukemia4j.service;
