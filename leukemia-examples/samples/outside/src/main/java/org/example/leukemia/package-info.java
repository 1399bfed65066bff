/**
 * What a laboratory adds to leukemia4j without touching it: a network, an optimiser, a loss, a
 * metric, an augmentation and a layout of folders. Each is found by its name once the jar is on the
 * class path; docs/extending.md goes through them.
 */
package org.example.leukemia;
