/**
 * Benchmarks of JMH. After {@code mvn package}: {@code java -cp
 * leukemia-examples/target/leukemia-examples.jar org.openjdk.jmh.Main benchmarks}.
 */
package io.github.leukemia4j.examples.benchmarks;
