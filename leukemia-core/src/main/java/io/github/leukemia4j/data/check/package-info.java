/**
 * What is found when every image of a data set is read: images that cannot be decoded, identical
 * and near-identical ones, and the digest of them all.
 */
package io.github.leukemia4j.data.check;
