/** Tables of cell images on Apache Spark. */
package io.github.leukemia4j.spark;
