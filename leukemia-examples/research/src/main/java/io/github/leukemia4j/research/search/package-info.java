/**
 * Searches settings of a training, and says whether what it found is more than luck.
 *
 * <pre>{@code
 * SearchSpace (settings, ranges, choices) -> Strategy asks for points of the unit cube
 *                                               |
 * common folds by patient, never the test part  v
 *     Search -> trains and judges each point -> Trial, a line of trials.jsonl
 *                                               |
 *                                               v
 *     SearchResult: best beside default, BestOfMany (luck), fresh folds, Importance -> SearchPage
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.research.search.Search} is where to begin. A strategy of your own
 * implements {@link io.github.leukemia4j.research.search.Strategy}; it can be tried on any {@link
 * io.github.leukemia4j.research.search.Objective} before it is let loose on trainings.
 */
package io.github.leukemia4j.research.search;
