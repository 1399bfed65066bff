/** A program that names what it uses and nothing else. */
module modular {
  requires io.github.leukemia4j.tf;
}
