/**
 * Proves what others add to the TensorFlow backend. A test extends a contract, gives its
 * implementation, and inherits the tests. {@link io.github.leukemia4j.tf.testkit.TfLossContract}
 * holds the graph of a loss against the loss of the core, on many kinds of batches. {@link
 * io.github.leukemia4j.tf.testkit.TfArchitectureContract} trains, saves, opens and explains a
 * network of an architecture, and checks its gradients.
 */
package io.github.leukemia4j.tf.testkit;
