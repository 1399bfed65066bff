/**
 * Many images at once: work shared among threads, and samples decoded a bounded chunk at a time
 * while the caller works on the chunk before.
 */
package io.github.leukemia4j.data.parallel;
