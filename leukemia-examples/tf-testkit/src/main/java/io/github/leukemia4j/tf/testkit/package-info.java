/** The kit that proves a loss and its graph; published as the test-jar of leukemia-tf. */
package io.github.leukemia4j.tf.testkit;
