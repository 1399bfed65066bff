package io.github.leukemia4j.examples;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * How far a long piece of work has come: one line that is written anew on a terminal, and a line
 * now and then elsewhere. It fits {@value #COLUMNS} columns. It asks the system for nothing, so
 * that signals keep their handlers. Not thread-safe.
 */
final class ProgressLine implements AutoCloseable {
  /** The narrowest terminal that people use. */
  static final int COLUMNS = 80;

  private static final int BAR = 24;
  private static final int TASK = 24;
  private static final long SECOND = 1_000_000_000L;

  private final PrintWriter out;
  private final String task;
  private final long total;
  private final boolean terminal;
  private final long interval;
  private final long start = System.nanoTime();
  private long last = start;
  private int shown;

  /**
   * @param task in a few words
   * @param total how many pieces there are
   * @param terminal whether a line may be written over
   */
  ProgressLine(PrintWriter out, String task, long total, boolean terminal) {
    this.out = out;
    this.task = task.length() <= TASK ? task : task.substring(0, TASK - 1) + "~";
    this.total = total;
    this.terminal = terminal;
    this.interval = terminal ? SECOND / 5 : 10 * SECOND;
  }

  /** A line on the stream of errors, since standard output may be read by a program. */
  static ProgressLine of(PrintWriter errors, String task, long total) {
    return new ProgressLine(errors, task, total, onTerminal());
  }

  /** Whether a person sees what is printed. */
  static boolean onTerminal() {
    if (System.console() == null || System.getenv("CI") != null) {
      return false;
    }
    try {
      // JDK 22 gives a console also where there is no terminal, and this method to tell.
      return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(System.console());
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Console.isTerminal must be callable", e);
    }
  }

  /**
   * Says how many pieces are done, if it is time.
   *
   * @param done of the total
   */
  void at(long done) {
    long now = System.nanoTime();
    if (now - last >= interval) {
      last = now;
      show(done);
    }
  }

  void show(long done) {
    String text = text(done, (System.nanoTime() - start) / 1e9);
    if (terminal) {
      out.print("\r" + text + " ".repeat(Math.max(0, shown - text.length())));
      shown = text.length();
    } else {
      out.println(text);
    }
    out.flush();
  }

  /** Such as {@code evaluate [=====> ] 512/2660, 12 s left}. */
  private String text(long done, double seconds) {
    long left = done <= 0 ? -1 : Math.round(seconds * (total - done) / done);
    String count = String.format(Locale.ROOT, "%d/%d", done, total);
    String rest = left < 0 ? "" : ", " + duration(left) + " left";
    if (!terminal) {
      return task + ": " + count + rest;
    }
    int full = total <= 0 ? BAR : (int) Math.min(BAR, BAR * done / total);
    String bar = "=".repeat(full) + " ".repeat(BAR - full);
    String text = "%s [%s] %s%s".formatted(task, bar, count, rest);
    return text.substring(0, Math.min(text.length(), COLUMNS - 1));
  }

  private static String duration(long seconds) {
    return seconds < 60
        ? seconds + " s"
        : seconds < 3600
            ? "%d min %02d s".formatted(seconds / 60, seconds % 60)
            : "%d h %02d min".formatted(seconds / 3600, seconds / 60 % 60);
  }

  /** Takes the line away; what is printed next stands in its place. */
  void clear() {
    if (shown > 0) {
      out.print("\r" + " ".repeat(shown) + "\r");
      out.flush();
      shown = 0;
    }
  }

  @Override
  public void close() {
    clear();
  }
}
