/**
 * Labels that out-of-fold predictions disagree with, for a person to look through: {@link
 * io.github.leukemia4j.research.labels.LabelAgreement} finds them, {@link
 * io.github.leukemia4j.research.labels.LabelPage} shows them. No label is changed.
 */
package io.github.leukemia4j.research.labels;
