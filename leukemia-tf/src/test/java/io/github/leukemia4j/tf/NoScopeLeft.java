package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** After each test no native memory may be held, whether the test failed or not. */
final class NoScopeLeft implements BeforeEachCallback, AfterEachCallback {
  private long before;

  @Override
  public void beforeEach(ExtensionContext context) {
    before = TfScope.live();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    assertThat(TfScope.live() - before).as("scopes that the test left open").isZero();
  }
}
