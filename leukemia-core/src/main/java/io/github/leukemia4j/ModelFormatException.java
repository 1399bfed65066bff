package io.github.leukemia4j;

/**
 * A model bundle is damaged, incomplete, or of a version that this library does not read. The
 * message names the file, what was expected and what was found.
 */
public final class ModelFormatException extends LeukemiaException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message the file, what was expected, what was found, and the remedy
   */
  public ModelFormatException(String message) {
    super(message, null);
  }

  /**
   * @param message the file, what was expected, what was found, and the remedy
   * @param cause what reading it threw
   */
  public ModelFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
