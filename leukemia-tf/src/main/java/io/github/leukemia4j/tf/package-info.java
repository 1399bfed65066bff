/** The backend on TensorFlow Java. */
package io.github.leukemia4j.tf;
