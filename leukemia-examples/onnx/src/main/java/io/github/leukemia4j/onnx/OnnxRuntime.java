package io.github.leukemia4j.onnx;

import ai.onnxruntime.OrtEnvironment;
import io.github.leukemia4j.BackendException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** ONNX Runtime's environment, of which a process has one. Thread-safe. */
final class OnnxRuntime {
  /**
   * Of the thread that makes the environment, in bytes. ONNX Runtime 1.29.0 then matches the whole
   * command line of the process with a recursive regular expression, and at some 3,900 characters
   * overflows the usual stack of 1 MB, which ends the process without a word.
   */
  private static final long STACK_BYTES = 512L << 20;

  private static OrtEnvironment environment;

  private OnnxRuntime() {}

  /**
   * The environment, made at the first call.
   *
   * @throws BackendException where it cannot be made, for want of its native library or of memory
   */
  static synchronized OrtEnvironment environment() {
    if (environment == null) {
      environment = make();
    }
    return environment;
  }

  private static OrtEnvironment make() {
    FutureTask<OrtEnvironment> making = new FutureTask<>(OrtEnvironment::getEnvironment);
    Thread thread = new Thread(null, making, "leukemia4j-onnxruntime", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return making.get();
        } catch (InterruptedException e) {
          // It takes some milliseconds and cannot be stopped; the interrupt is passed on.
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw new BackendException(
          "ONNX Runtime must start on this machine; it could not: " + e.getCause(), e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
