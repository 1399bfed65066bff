/**
 * Which pixels spoke for a label: heat maps of a classifier's answer. {@code docs/explanations.md}
 * says what they do not show.
 */
package io.github.leukemia4j.explanation;
