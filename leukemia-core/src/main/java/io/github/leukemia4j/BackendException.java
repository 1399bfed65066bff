package io.github.leukemia4j;

/**
 * The numerical backend failed, or there is none that fits: no backend or native library on the
 * class path, no GPU where one was demanded, a loss without a graph, too little memory.
 */
public final class BackendException extends LeukemiaException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what is missing or failed, and what to do about it
   */
  public BackendException(String message) {
    super(message, null);
  }

  /**
   * @param message what is missing or failed, and what to do about it
   * @param cause what the backend threw
   */
  public BackendException(String message, Throwable cause) {
    super(message, cause);
  }
}
