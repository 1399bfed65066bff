package io.github.leukemia4j.data.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** Does independent pieces of work on several threads, which all calls share. */
public final class Parallel {
  private static final int PROGRESS_STEP = 16;

  /** As many as are at work; the threads of the application's own streams stay free. */
  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(daemons("leukemia4j-data"));

  private Parallel() {}

  /**
   * Calls the work once for every index below {@code count}, in no certain order, and returns when
   * all is done. What the work throws ends all of it and is thrown here, when no thread is at work
   * any more.
   */
  public static void forEach(int count, int threads, IntConsumer work, IntConsumer progress)
      throws InterruptedException {
    if (threads < 1) {
      throw new IllegalArgumentException("There must be at least 1 thread; found " + threads + ".");
    }
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    // Workers register before they take an index, so that none is missed that has one.
    Phaser atWork = new Phaser(1);
    Runnable worker =
        () -> {
          atWork.register();
          try {
            work(next, count, work, done, progress);
          } finally {
            atWork.arriveAndDeregister();
          }
        };
    List<Future<?>> futures = new ArrayList<>();
    for (int t = 0; t < Math.min(threads, count); t++) {
      futures.add(THREADS.submit(worker));
    }
    try {
      for (Future<?> future : futures) {
        await(future);
      }
    } finally {
      next.set(count);
      futures.forEach(future -> future.cancel(true));
      atWork.arriveAndAwaitAdvance();
    }
  }

  private static void work(
      AtomicInteger next, int count, IntConsumer work, AtomicInteger done, IntConsumer progress) {
    for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
      try {
        work.accept(i);
      } catch (RuntimeException | Error e) {
        next.set(count);
        throw e;
      }
      int finished = done.incrementAndGet();
      if (finished % PROGRESS_STEP == 0 || finished == count) {
        synchronized (done) {
          progress.accept(done.get());
        }
      }
    }
  }

  /** Does one piece of work on one of the same threads. */
  static <T> CompletableFuture<T> supply(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, THREADS);
  }

  /** Makes threads that do not keep a program from ending. */
  public static ThreadFactory daemons(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Waits for what a thread makes; what it threw is thrown here. */
  public static <T> T await(Future<T> future) throws InterruptedException {
    try {
      return future.get();
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
