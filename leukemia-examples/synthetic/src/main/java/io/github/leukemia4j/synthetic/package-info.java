/**
 * Synthetic smear cells: drawn leukocytes in the colours of a Romanowsky stain, for the quickstart
 * and for tests that must run without patient data. They look plausible; they prove nothing about
 * real cells.
 */
package io.github.leukemia4j.synthetic;
