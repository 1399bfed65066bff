package io.github.leukemia4j;

/**
 * What this library throws when something other than the caller's code is wrong. Its subtypes say
 * whether the data, the model file or the backend is at fault.
 */
public abstract sealed class LeukemiaException extends RuntimeException
    permits DataException, ModelFormatException, BackendException {
  private static final long serialVersionUID = 1L;

  LeukemiaException(String message, Throwable cause) {
    super(message, cause);
  }
}
