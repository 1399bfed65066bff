package io.github.leukemia4j.backend;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.pipeline.FakeBackend;
import io.github.leukemia4j.testkit.NetworkContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract holds for a network of two heads without TensorFlow, from a bundle on disk. */
class PlainNetworkTest extends NetworkContract {
  @TempDir static Path folder;
  private static ModelBundle bundle;

  @BeforeAll
  static void makeABundle() throws IOException {
    bundle =
        FakeBackend.bundle(
            folder.resolve("bundle"),
            List.of(
                HeadManifest.of(
                    Label.of("cell"),
                    LabelSet.of("normal", "abnormal"),
                    "none",
                    new ModelManifest.Priors("natural", List.of(0.5, 0.5), List.of(0.5, 0.5)),
                    Map.of()),
                HeadManifest.of(
                    Label.of("abnormal"),
                    LabelSet.of("AML", "ALL", "APL", "CML"),
                    "none",
                    new ModelManifest.Priors(
                        "natural",
                        List.of(0.25, 0.25, 0.25, 0.25),
                        List.of(0.25, 0.25, 0.25, 0.25)),
                    Map.of())),
            null);
  }

  @Override
  protected Network open() throws IOException {
    return new FakeBackend().open(bundle, OpenOptions.DEFAULT);
  }

  @Override
  protected ModelManifest manifest() {
    return bundle.manifest();
  }
}
