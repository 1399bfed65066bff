/**
 * Reads tables of comma-separated values. {@code CsvTable} goes through a file row by row in
 * constant memory, finds columns by their name, and names the line in its messages. The readers of
 * manifests and of published lists use it. The module exports this package to nobody.
 */
package io.github.leukemia4j.data.csv;
