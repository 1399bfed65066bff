package io.github.leukemia4j.tf;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Closes what was added to it in reverse order, and goes on after a failure. One scope for every
 * training step, every chunk of images and every graph; none is left open. Not thread-safe.
 */
final class TfScope implements AutoCloseable {
  private static final AtomicLong LIVE = new AtomicLong();

  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private boolean closed;

  TfScope() {
    LIVE.incrementAndGet();
  }

  /** How many scopes are open in this JVM. */
  static long live() {
    return LIVE.get();
  }

  <T extends AutoCloseable> T add(T resource) {
    resources.push(resource);
    return resource;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    LIVE.decrementAndGet();
    RuntimeException failure = null;
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (Exception e) {
        RuntimeException unchecked =
            e instanceof RuntimeException r ? r : new IllegalStateException(e);
        if (failure == null) {
          failure = unchecked;
        } else {
          failure.addSuppressed(unchecked);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
