/**
 * What {@link io.github.leukemia4j.evaluation.Evaluator#compare} found: by how much two pipelines
 * differ on the same samples, metric by metric, with intervals and tests.
 */
package io.github.leukemia4j.evaluation.compare;
