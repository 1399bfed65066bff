package io.github.leukemia4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadmeTest {
  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

  @ParameterizedTest
  @CsvSource({
    "README.md, train-and-classify, leukemia-examples/samples/src/main/java/io/github/leukemia4j/samples/TrainAndClassify.java",
    "README.md, hand-made, leukemia-examples/samples/src/test/java/io/github/leukemia4j/samples/HandMadeClassifierTest.java",
    "docs/getting-started.md, starter, leukemia-examples/samples/src/main/java/io/github/leukemia4j/samples/ClassifyWithStarter.java",
    "docs/adapting.md, adapt, leukemia-examples/samples/src/main/java/io/github/leukemia4j/samples/AdaptToLaboratory.java",
    "docs/extending.md, augmentation, leukemia-examples/samples/outside/src/main/java/org/example/leukemia/HueShift.java",
    "docs/extending.md, test, leukemia-examples/samples/outside/src/test/java/org/example/leukemia/HueShiftTest.java",
    "docs/extending.md, layout, leukemia-examples/samples/outside/src/main/java/org/example/leukemia/ThreeFolders.java",
    "docs/extending.md, test, leukemia-examples/samples/outside/src/test/java/org/example/leukemia/ThreeFoldersTest.java",
    "docs/own-loss.md, loss, leukemia-examples/samples/outside/src/main/java/org/example/leukemia/BrierLoss.java",
    "docs/own-loss.md, graph, leukemia-examples/samples/outside/src/main/java/org/example/leukemia/BrierGraph.java",
    "docs/own-loss.md, factory, leukemia-examples/samples/outside/src/main/java/org/example/leukemia/BrierLossFactory.java",
    "docs/own-loss.md, test, leukemia-examples/samples/outside/src/test/java/org/example/leukemia/BrierLossTest.java",
    "docs/own-loss.md, train, leukemia-examples/samples/src/main/java/io/github/leukemia4j/samples/TrainWithOwnLoss.java",
    "docs/own-network.md, architecture, leukemia-examples/samples/outside/src/main/java/org/example/leukemia/DepthwiseNetwork.java",
    "docs/own-network.md, architecture-test, leukemia-examples/samples/outside/src/test/java/org/example/leukemia/DepthwiseNetworkTest.java",
    "docs/own-network.md, optimizer, leukemia-examples/samples/outside/src/main/java/org/example/leukemia/Momentum.java",
    "docs/own-network.md, optimizer-test, leukemia-examples/samples/outside/src/test/java/org/example/leukemia/MomentumTest.java",
    "docs/own-metric.md, metric, leukemia-examples/samples/outside/src/main/java/org/example/leukemia/SpecificityAt95Sensitivity.java",
    "docs/own-metric.md, test, leukemia-examples/samples/outside/src/test/java/org/example/leukemia/SpecificityAt95SensitivityTest.java",
    "docs/own-metric.md, evaluate, leukemia-examples/samples/src/main/java/io/github/leukemia4j/samples/EvaluateWithOwnMetric.java",
    "docs/serving.md, service, leukemia-examples/samples/src/main/java/io/github/leukemia4j/samples/ServiceExample.java",
    "docs/serving.md, request, leukemia-examples/samples/src/main/java/io/github/leukemia4j/samples/ServiceExample.java",
    "docs/serving.md, folder, leukemia-examples/samples/src/main/java/io/github/leukemia4j/samples/ServiceExample.java",
    "docs/spark.md, folder, leukemia-examples/spark/src/test/java/io/github/leukemia4j/spark/SparkGuide.java",
    "docs/spark.md, sql, leukemia-examples/spark/src/test/java/io/github/leukemia4j/spark/SparkGuide.java"
  })
  void showsCodeThatIsCompiled(String page, String marker, String source) throws IOException {
    List<String> lines = Files.readAllLines(ROOT.resolve(source));
    String code = CodeOfDocs.marked(marker, lines);

    assertThat(Files.readString(ROOT.resolve(page)))
        .as("%s must show the marked lines of %s", page, source)
        .contains("```java\n" + code + "\n```");
  }

  @Test
  void givesTheCommandThatContinuousIntegrationRuns() throws IOException {
    String command =
        Files.readAllLines(ROOT.resolve(".ci/run")).stream()
            .filter(line -> line.startsWith("mvn "))
            .findFirst()
            .orElseThrow();

    assertThat(Files.readString(ROOT.resolve("README.md"))).contains("```sh\n" + command + "\n```");
  }
}
