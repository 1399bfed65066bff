/**
 * What a service or a long job puts in front of a pipeline: single images of many threads gathered
 * into batches, and streams of any length.
 */
package io.github.leukemia4j.serving;
