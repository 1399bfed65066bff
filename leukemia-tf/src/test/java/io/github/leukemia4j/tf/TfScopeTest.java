package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoScopeLeft.class)
class TfScopeTest {
  @Test
  void closesInReverseOrderAndOnce() {
    List<String> closed = new ArrayList<>();
    TfScope scope = new TfScope();
    for (String name : List.of("graph", "session", "result")) {
      scope.<AutoCloseable>add(() -> closed.add(name));
    }
    assertThat(TfScope.live()).isEqualTo(1);
    scope.close();
    scope.close();
    assertThat(closed).containsExactly("result", "session", "graph");
    assertThat(TfScope.live()).isZero();
  }

  @Test
  void goesOnAfterAFailure() {
    List<String> closed = new ArrayList<>();
    RuntimeException second = new IllegalStateException("second");
    TfScope scope = new TfScope();
    scope.<AutoCloseable>add(() -> closed.add("graph"));
    scope.<AutoCloseable>add(
        () -> {
          throw new Exception("checked");
        });
    scope.<AutoCloseable>add(
        () -> {
          throw second;
        });
    assertThatThrownBy(scope::close)
        .isSameAs(second)
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasRootCauseMessage("checked"));
    assertThat(closed).containsExactly("graph");
  }
}
