package io.github.leukemia4j;

import java.util.List;

/**
 * An image or a data set is not what it should be. Where several files are at fault the message
 * lists the first {@value #LISTED} of them with their reasons, and how many there are; {@link
 * #problems()} has them all.
 */
public final class DataException extends LeukemiaException {
  private static final long serialVersionUID = 1L;

  /** How many problems a message lists. */
  public static final int LISTED = 20;

  @SuppressWarnings("serial") // what List.copyOf makes can be serialised
  private final List<String> problems;

  /**
   * @param message what must hold, what was found, where, and what to do
   */
  public DataException(String message) {
    this(message, (Throwable) null);
  }

  /**
   * @param message what must hold, what was found, where, and what to do
   * @param cause what reading the data threw
   */
  public DataException(String message, Throwable cause) {
    super(message, cause);
    this.problems = List.of();
  }

  /**
   * @param summary what is wrong with all of them, and what to do
   * @param problems one line for each file or row at fault
   */
  public DataException(String summary, List<String> problems) {
    super(listing(summary, problems), null);
    this.problems = List.copyOf(problems);
  }

  /** All problems, one line each; empty where the message says it all. */
  public List<String> problems() {
    return problems;
  }

  private static String listing(String summary, List<String> problems) {
    StringBuilder text = new StringBuilder(summary);
    problems.stream()
        .limit(LISTED)
        .forEach(p -> text.append(System.lineSeparator()).append("  ").append(p));
    if (problems.size() > LISTED) {
      text.append(System.lineSeparator())
          .append("  ... and ")
          .append(problems.size() - LISTED)
          .append(" more, ")
          .append(problems.size())
          .append(" in all");
    }
    return text.toString();
  }
}
