/**
 * What the library costs. There are two kinds of programs:
 *
 * <ul>
 *   <li>Benchmarks of JMH measure one piece of work: {@link
 *       io.github.leukemia4j.benchmarks.BatchesBenchmark} the batches of a training, {@link
 *       io.github.leukemia4j.benchmarks.InferenceBenchmark} a classifier against its bare session,
 *       {@link io.github.leukemia4j.benchmarks.EndToEndBenchmark} the way from a file to a result.
 *   <li>Classes with a {@code main} of their own measure what JMH cannot: {@link
 *       io.github.leukemia4j.benchmarks.InferenceCost}, {@link
 *       io.github.leukemia4j.benchmarks.LossCost}, {@link
 *       io.github.leukemia4j.benchmarks.EvaluationCost}, {@link
 *       io.github.leukemia4j.benchmarks.ManifestCost}, and {@link
 *       io.github.leukemia4j.benchmarks.Soak}, which runs many threads for long.
 * </ul>
 *
 * <p>After {@code mvn package}, {@code java -cp
 * leukemia-examples/benchmarks/target/leukemia-benchmarks.jar org.openjdk.jmh.Main benchmarks} runs
 * the first kind.
 */
package io.github.leukemia4j.benchmarks;
