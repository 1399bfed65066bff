package io.github.leukemia4j.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets Ctrl-C, or a polite kill, end a training with a checkpoint: the signal becomes an interrupt
 * of the thread that trains, and the JVM waits until that has come to its end. The JVM's exit code
 * is then 130 for Ctrl-C. Other commands end at once, as ever.
 */
final class CleanStop implements AutoCloseable {
  /** Enough for a step, a checkpoint and a message. */
  private static final int PATIENCE_SECONDS = 60;

  private static final CountDownLatch COMMAND_ENDED = new CountDownLatch(1);
  private static volatile Thread training;

  private CleanStop() {}

  /** To be called once, before the command. */
  static void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(CleanStop::stop, "leukemia4j-stop"));
  }

  /** While this is open, the calling thread ends well when it is interrupted. */
  static CleanStop onThisThread() {
    training = Thread.currentThread();
    return new CleanStop();
  }

  /** The command has said its last word. */
  static void commandEnded() {
    COMMAND_ENDED.countDown();
  }

  private static void stop() {
    Thread thread = training;
    if (thread == null) {
      return;
    }
    thread.interrupt();
    try {
      COMMAND_ENDED.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    training = null;
  }
}
