package io.github.leukemia4j;

/** Where the arithmetic runs. */
public enum Device {
  /** A GPU where there is one that works, else the CPU; the log says which. */
  AUTO,
  /** The CPU, also where there is a GPU. */
  CPU,
  /** A GPU; an error where there is none. */
  GPU
}
