package io.github.leukemia4j.evaluation;

import java.util.OptionalDouble;

/**
 * One bar of a reliability diagram: the samples whose highest probability lies in {@code (from,
 * to]}, 0 belonging to the first bin.
 *
 * @param from the bin's lower edge, not included
 * @param to the bin's upper edge, included
 * @param samples how many there are
 * @param confidence the mean of their highest probability; empty without samples
 * @param accuracy the share whose most probable label is right; empty without samples
 */
public record ReliabilityBin(
    double from, double to, long samples, OptionalDouble confidence, OptionalDouble accuracy) {}
