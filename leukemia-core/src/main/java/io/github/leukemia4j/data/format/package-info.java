/** The layouts in which data sets of leukaemia were published. */
package io.github.leukemia4j.data.format;
