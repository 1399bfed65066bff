package io.github.leukemia4j.evaluation;

/**
 * Samples whose way through the cascade first left the truth's way at one stage.
 *
 * @param wrong sent to another child
 * @param stopped not sent on, though the truth lies deeper
 * @param referred not sent on, and left to a person
 */
public record StageErrors(long wrong, long stopped, long referred) {
  StageErrors plus(StageErrors other) {
    return new StageErrors(wrong + other.wrong, stopped + other.stopped, referred + other.referred);
  }
}
