/** A pipeline that is trained already. */
module io.github.leukemia4j.starter {
  requires transitive io.github.leukemia4j.core;
  requires io.github.leukemia4j.tf;

  exports io.github.leukemia4j.starter;
}
