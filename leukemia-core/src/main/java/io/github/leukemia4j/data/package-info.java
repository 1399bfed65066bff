/** Labelled images: where they are, whose they are, and how they are split without leaks. */
package io.github.leukemia4j.data;
