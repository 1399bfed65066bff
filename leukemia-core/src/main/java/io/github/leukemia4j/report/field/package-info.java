/**
 * A page for each patient: the fields with their white cells outlined, the cells, and their counts.
 */
package io.github.leukemia4j.report.field;
