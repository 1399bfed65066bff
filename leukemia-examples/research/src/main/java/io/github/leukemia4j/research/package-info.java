/**
 * What a researcher does with many trainings. Every part judges by patients, on folds that all
 * candidates share, and can be killed and called again.
 *
 * <p>The packages below this one hold the parts.
 */
package io.github.leukemia4j.research;
