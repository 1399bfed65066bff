package io.github.leukemia4j.tf;

import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.inference.OpenModel;
import io.github.leukemia4j.model.ModelBundle;
import java.io.IOException;

/** Opens bundles of one head with this backend, whichever others the class path has. */
final class TfModels {
  private TfModels() {}

  static LeukemiaClassifier open(ModelBundle bundle, OpenOptions options) throws IOException {
    return OpenModel.open(new TfBackend(), bundle, options).classifier();
  }
}
