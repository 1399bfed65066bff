/** The kit that proves a classifier; published as the test-jar of leukemia-core. */
package io.github.leukemia4j.testkit;
