/** Draws blood-smear cells, smears and patients. */
module io.github.leukemia4j.synthetic {
  requires transitive io.github.leukemia4j.core;

  exports io.github.leukemia4j.synthetic;
}
