/**
 * Benchmarks of JMH. After {@code mvn package}: {@code java -cp
 * leukemia-examples/benchmarks/target/leukemia-benchmarks.jar org.openjdk.jmh.Main benchmarks}.
 * What a loss, inference, a large evaluation and a long manifest cost, measure classes of their own
 * with a {@code main}.
 */
package io.github.leukemia4j.benchmarks;
