/** How a classifier is trained: network, loss, optimiser, schedule, and what happened. */
package io.github.leukemia4j.training;
