/** Reads tables of comma-separated values, row by row, with messages that name the line. */
package io.github.leukemia4j.data.csv;
