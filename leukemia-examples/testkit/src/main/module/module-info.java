/** Contracts that implementations of the interfaces of leukemia4j keep, as tests to extend. */
module io.github.leukemia4j.testkit {
  requires transitive io.github.leukemia4j.core;
  requires transitive org.junit.jupiter.api;
  requires org.assertj.core;

  exports io.github.leukemia4j.testkit;
}
