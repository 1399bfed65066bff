/**
 * Proves what others add to leukemia-tf: a test extends a contract, gives its implementation, and
 * inherits the tests.
 */
package io.github.leukemia4j.tf.testkit;
