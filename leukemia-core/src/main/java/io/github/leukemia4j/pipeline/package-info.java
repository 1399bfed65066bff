/** The cascade: a classifier for every inner node of a taxonomy, trained, saved and run as one. */
package io.github.leukemia4j.pipeline;
