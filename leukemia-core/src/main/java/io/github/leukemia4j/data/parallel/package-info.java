/**
 * Work on many images at once. {@code Parallel} shares independent pieces of work among threads.
 * {@code DecodedChunks} decodes samples a bounded chunk at a time: while the caller works on one
 * chunk, the next is decoded. Scoring and calibration read their images so. The module exports this
 * package to nobody.
 */
package io.github.leukemia4j.data.parallel;
