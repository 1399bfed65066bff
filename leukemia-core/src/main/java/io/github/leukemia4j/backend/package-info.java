/** What a numerical backend implements, and how one is found. */
package io.github.leukemia4j.backend;
