/**
 * How files are written and read: whole or not at all, with a digest, as JSON. {@link
 * io.github.leukemia4j.store.AtomicFile} and {@link io.github.leukemia4j.store.AtomicDirectory}
 * write beside the place and move there. {@link io.github.leukemia4j.store.ChecksummedJson} is JSON
 * with a version and a digest of itself. {@link io.github.leukemia4j.store.Json} and {@link
 * io.github.leukemia4j.store.Sha256} are the library's one mapper and one digest.
 */
package io.github.leukemia4j.store;
