package io.github.leukemia4j.spark;

import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The models of this JVM: each is opened once, by the first task that needs it, shared by all tasks
 * and closed with the JVM.
 */
final class JvmModels {
  private static final Map<String, Opened> OPEN = new HashMap<>();

  private JvmModels() {}

  /**
   * A model that is open.
   *
   * @param pipeline of all tasks, which must not close it
   * @param digest SHA-256 over the files of its networks, as reports name a model
   */
  record Opened(MultilevelPipeline pipeline, String digest) {}

  /**
   * The model of a parcel, which other tasks wait for while it is opened.
   *
   * @throws UncheckedIOException where it cannot be unpacked
   */
  static synchronized Opened open(ModelParcel parcel) {
    Opened opened = OPEN.get(parcel.key());
    if (opened == null) {
      try {
        MultilevelPipeline pipeline = parcel.open();
        String digest =
            ModelBundle.digest(
                pipeline.classifiers().values().stream()
                    .flatMap(classifier -> classifier.bundle().stream())
                    .distinct()
                    .toList());
        opened = new Opened(pipeline, digest);
      } catch (IOException e) {
        throw new UncheckedIOException(
            "The executor must have room for the model among its temporary files (%s); %s"
                .formatted(System.getProperty("java.io.tmpdir"), e.getMessage()),
            e);
      }
      if (OPEN.isEmpty()) {
        Runtime.getRuntime().addShutdownHook(new Thread(JvmModels::close, "leukemia4j-models"));
      }
      OPEN.put(parcel.key(), opened);
    }
    return opened;
  }

  private static synchronized void close() {
    OPEN.values().forEach(opened -> opened.pipeline().close());
    OPEN.clear();
  }
}
