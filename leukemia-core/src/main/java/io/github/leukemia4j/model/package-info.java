/** The file format of a trained classifier: a directory that describes and checks itself. */
package io.github.leukemia4j.model;
