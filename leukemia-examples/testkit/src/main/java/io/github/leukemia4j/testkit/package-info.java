/**
 * Proves implementations of the interfaces of leukemia4j: a test extends a contract, says how its
 * implementation is made, and inherits the tests.
 */
package io.github.leukemia4j.testkit;
