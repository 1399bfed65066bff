package io.github.leukemia4j.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.function.LongConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How far a long piece of work has come: one line of {@value #COLUMNS} columns that is written anew
 * on a terminal, and a line now and then elsewhere. The terminal is asked for nothing, so that
 * signals keep their handlers. Thread-safe.
 */
final class ProgressLine implements LongConsumer, AutoCloseable {
  /** The narrowest terminal that people use. */
  static final int COLUMNS = 80;

  /** How many pieces there are where nobody knows. */
  static final long UNKNOWN = -1;

  private static final int ON_TERMINAL_MILLIS = 200;
  private static final int ELSEWHERE_MILLIS = 10_000;
  private static final int NAME = 24;

  private final PrintWriter out;
  private final ProgressBarConsumer consumer;
  private final ProgressBar bar;

  /**
   * @param task in a few words
   * @param total how many pieces there are, or {@link #UNKNOWN}
   * @param terminal whether a line may be written over
   */
  ProgressLine(PrintWriter out, String task, long total, boolean terminal) {
    this.out = out;
    consumer = terminal ? new Overwriting(out) : new Appending(out);
    bar =
        new ProgressBarBuilder()
            .setTaskName(task.length() <= NAME ? task : task.substring(0, NAME - 1) + "~")
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(terminal ? ON_TERMINAL_MILLIS : ELSEWHERE_MILLIS)
            .continuousUpdate()
            .setConsumer(consumer)
            .build();
  }

  /** A line on the stream of errors, since standard output may be read by a program. */
  static ProgressLine of(PrintWriter errors, String task, long total) {
    return new ProgressLine(errors, task, total, onTerminal());
  }

  /** Whether a person sees what is printed. */
  static boolean onTerminal() {
    Console console = System.console();
    if (console == null || System.getenv("CI") != null) {
      return false;
    }
    try {
      // From JDK 22 on there may be a console without a terminal, and this method to tell.
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Console.isTerminal must be callable", e);
    }
  }

  /**
   * @param done of the total
   */
  @Override
  public void accept(long done) {
    bar.stepTo(done);
  }

  /** Prints a line that stays, above the progress. */
  void print(String line) {
    synchronized (out) {
      out.print(Overwriting.CLEAR);
      out.println(line);
      out.flush();
    }
  }

  /** Shows what is done without waiting for the time. */
  void refresh() {
    bar.refresh();
  }

  @Override
  public void close() {
    bar.close();
    // The bar may leave this to its thread, which would then write over what is printed next.
    consumer.close();
  }

  /**
   * Writes a line over itself, and takes it away in the end. The bar's own thread may come with one
   * more line after that, which is not written.
   */
  private static final class Overwriting implements ProgressBarConsumer {
    private static final String CLEAR = "\r" + " ".repeat(COLUMNS - 1) + "\r";

    private final PrintWriter out;
    private boolean closed;

    Overwriting(PrintWriter out) {
      this.out = out;
    }

    @Override
    public int getMaxRenderedLength() {
      return COLUMNS - 1;
    }

    @Override
    public void accept(String rendered) {
      synchronized (out) {
        if (!closed) {
          out.print(
              "\r" + rendered.substring(0, Math.min(rendered.length(), getMaxRenderedLength())));
          out.flush();
        }
      }
    }

    @Override
    public void clear() {
      synchronized (out) {
        if (!closed) {
          out.print(CLEAR);
          out.flush();
        }
      }
    }

    @Override
    public void close() {
      synchronized (out) {
        clear();
        closed = true;
      }
    }
  }

  /** Writes a line now and then; work that is soon done has none. */
  private static final class Appending implements ProgressBarConsumer {
    private final PrintWriter out;
    private long last = System.nanoTime();

    Appending(PrintWriter out) {
      this.out = out;
    }

    @Override
    public int getMaxRenderedLength() {
      return COLUMNS - 1;
    }

    @Override
    public void accept(String rendered) {
      long now = System.nanoTime();
      if (now - last >= ELSEWHERE_MILLIS * 900_000L) {
        last = now;
        out.println(rendered.stripTrailing());
        out.flush();
      }
    }

    @Override
    public void close() {
      out.flush();
    }
  }
}
