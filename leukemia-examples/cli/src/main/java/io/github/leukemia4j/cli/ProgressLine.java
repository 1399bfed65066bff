package io.github.leukemia4j.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongConsumer;

/**
 * How far a long piece of work has come: one line of less than {@value #COLUMNS} columns that is
 * written anew on a terminal, and taken away in the end, and a line now and then elsewhere. The
 * terminal is asked for nothing, so that signals keep their handlers. Thread-safe.
 */
final class ProgressLine implements LongConsumer, AutoCloseable {
  /** The narrowest terminal that people use. */
  static final int COLUMNS = 80;

  /** How many pieces there are where nobody knows. */
  static final long UNKNOWN = -1;

  private static final String CLEAR = "\r" + " ".repeat(COLUMNS - 1) + "\r";
  private static final long ON_TERMINAL_NANOS = 200_000_000;
  private static final long ELSEWHERE_NANOS = 10_000_000_000L;
  private static final int NAME = 24;
  private static final int BAR = 10;

  private final PrintWriter out;
  private final String task;
  private final long total;
  private final boolean terminal;
  private final long start = System.nanoTime();
  private long last = start;
  private String shown = "";

  /**
   * @param task in a few words
   * @param total how many pieces there are, or {@link #UNKNOWN}
   * @param terminal whether a line may be written over
   */
  ProgressLine(PrintWriter out, String task, long total, boolean terminal) {
    this.out = out;
    this.task = task.length() <= NAME ? task : task.substring(0, NAME - 1) + "~";
    this.total = total;
    this.terminal = terminal;
    if (terminal) {
      show(0);
    }
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
  public synchronized void accept(long done) {
    long now = System.nanoTime();
    if (done == total || now - last >= (terminal ? ON_TERMINAL_NANOS : ELSEWHERE_NANOS)) {
      last = now;
      show(done);
    }
  }

  private void show(long done) {
    shown = total < 0 ? task + " ..." : text(done);
    if (terminal) {
      out.printf("\r%-79s", shown);
      out.flush();
    } else if (last - start >= ELSEWHERE_NANOS) {
      out.println(shown);
    }
  }

  String text(long done) {
    double share = total == 0 ? 1 : (double) done / total;
    long seconds = (System.nanoTime() - start) / 1_000_000_000;
    // As if what is left went on as fast.
    String left = done == 0 ? "?" : clock(Math.round(seconds * (1 / share - 1)));
    String text =
        String.format(
            Locale.ROOT,
            "%-24s %3.0f%% [%-10s] %d/%d, %s left",
            task,
            100 * share,
            "=".repeat((int) (BAR * share)),
            done,
            total,
            left);
    return text.substring(0, Math.min(text.length(), COLUMNS - 1));
  }

  private static String clock(long seconds) {
    return "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  /** Prints a line that stays, above the progress. */
  synchronized void print(String line) {
    out.print(CLEAR);
    out.println(line);
    out.print(shown);
    out.flush();
  }

  @Override
  public synchronized void close() {
    if (terminal) {
      out.print(CLEAR);
      out.flush();
    }
  }
}
