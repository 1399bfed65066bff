/** Contracts that losses on TensorFlow keep, as tests to extend. */
module io.github.leukemia4j.tf.testkit {
  requires transitive io.github.leukemia4j.testkit;
  requires transitive io.github.leukemia4j.tf;
  requires transitive org.junit.jupiter.api;
  requires org.assertj.core;

  exports io.github.leukemia4j.tf.testkit;
}
