package io.github.leukemia4j.examples;

/** The command line. */
public final class Main {
  private Main() {}

  /**
   * @param args the command and its options
   */
  public static void main(String[] args) {
    System.exit(2);
  }
}
