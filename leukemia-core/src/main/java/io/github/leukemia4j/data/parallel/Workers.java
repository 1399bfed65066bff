package io.github.leukemia4j.data.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Does independent pieces of work on several threads. */
public final class Workers {
  private static final int PROGRESS_STEP = 16;

  private Workers() {}

  /**
   * Calls the work once for every index below {@code count}, in no certain order, and returns when
   * all is done. What the work throws ends all of it and is thrown here.
   */
  public static void forEach(int count, int threads, IntConsumer work, IntConsumer progress)
      throws InterruptedException {
    if (threads < 1) {
      throw new IllegalArgumentException("There must be at least 1 thread; found " + threads + ".");
    }
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean stopped = new AtomicBoolean();
    Object reporting = new Object();
    int[] done = {0};
    Runnable worker =
        () -> {
          int sinceReport = 0;
          for (int i = next.getAndIncrement();
              i < count && !stopped.get();
              i = next.getAndIncrement()) {
            try {
              work.accept(i);
            } catch (RuntimeException | Error e) {
              stopped.set(true);
              throw e;
            }
            sinceReport++;
            if (sinceReport == PROGRESS_STEP || i == count - 1) {
              synchronized (reporting) {
                done[0] += sinceReport;
                progress.accept(done[0]);
              }
              sinceReport = 0;
            }
          }
          synchronized (reporting) {
            done[0] += sinceReport;
            if (sinceReport > 0) {
              progress.accept(done[0]);
            }
          }
        };
    ExecutorService executor =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(threads, count)), daemons("leukemia4j-data"));
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (int t = 0; t < Math.min(threads, count); t++) {
        futures.add(executor.submit(worker));
      }
      for (Future<?> future : futures) {
        await(future);
      }
    } finally {
      stopped.set(true);
      executor.shutdownNow();
    }
  }

  public static ThreadFactory daemons(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  private static void await(Future<?> future) throws InterruptedException {
    try {
      future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
