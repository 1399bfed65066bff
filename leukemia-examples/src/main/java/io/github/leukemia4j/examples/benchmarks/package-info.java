/**
 * Benchmarks of JMH. After {@code mvn package}: {@code java -cp
 * leukemia-examples/target/leukemia-examples.jar org.openjdk.jmh.Main benchmarks}. {@link
 * io.github.leukemia4j.examples.benchmarks.LossCost} and {@link
 * io.github.leukemia4j.examples.benchmarks.InferenceCost} are programs of their own.
 */
package io.github.leukemia4j.examples.benchmarks;
