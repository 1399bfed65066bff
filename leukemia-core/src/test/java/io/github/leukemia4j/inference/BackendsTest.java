package io.github.leukemia4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.backend.Backend;
import io.github.leukemia4j.backend.Network;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.PlainNetwork;
import io.github.leukemia4j.backend.TestServices;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.pipeline.FakeBackend;
import io.github.leukemia4j.training.RunOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // services are there for what looks for them
class BackendsTest {
  /** Opens the same models as {@link FakeBackend}, and does not train. */
  public static final class Reader implements Backend {
    static OpenOptions lastOptions;

    @Override
    public String name() {
      return "reader";
    }

    @Override
    public boolean canOpen(ModelManifest manifest) {
      return manifest.format().equals(FakeBackend.FORMAT);
    }

    @Override
    public Network open(ModelBundle bundle, OpenOptions options) {
      lastOptions = options;
      return new PlainNetwork(
          Head.listOf(bundle.manifest()), (head, rgb) -> new double[head.labels().size()]);
    }
  }

  /** Opens nothing and trains nothing. */
  public static final class Idle implements Backend {
    @Override
    public String name() {
      return "idle";
    }

    @Override
    public boolean canOpen(ModelManifest manifest) {
      return false;
    }

    @Override
    public Network open(ModelBundle bundle, OpenOptions options) {
      throw new AssertionError("It said that it cannot.");
    }
  }

  @TempDir Path folder;
  private Path directory;
  private ModelBundle bundle;

  @BeforeEach
  void makeABundle() throws IOException {
    directory = folder.resolve("bundle");
    bundle = FakeBackend.bundle(directory, "cell", List.of("normal", "abnormal"));
    Reader.lastOptions = null;
  }

  /** Cannot be made, as where a library is missing. */
  public static final class Unloadable implements Backend {
    public Unloadable() {
      throw new NoClassDefFoundError("org/other/Library");
    }

    @Override
    public String name() {
      return "unloadable";
    }

    @Override
    public boolean canOpen(ModelManifest manifest) {
      return false;
    }

    @Override
    public Network open(ModelBundle bundle, OpenOptions options) {
      throw new AssertionError("opens nothing");
    }
  }

  @Test
  void aBackendWhoseLibrariesAreMissingIsNamedWithWhatIsMissing() {
    try (TestServices services = TestServices.of(Unloadable.class)) {
      assertThatThrownBy(Backends::all)
          .isInstanceOf(BackendException.class)
          .hasMessageStartingWith("Every backend that the class path names must be loadable; found")
          .hasMessageContaining(Unloadable.class.getName())
          .hasMessageContaining("NoClassDefFoundError: org/other/Library")
          .hasMessageEndingWith(
              "Add the libraries that this backend needs, or take it off the class path.");
    }
  }

  @Nested
  class Opening {
    @Test
    void takesTheOnlyOneThatFits() throws IOException {
      try (TestServices services = TestServices.of(Idle.class, Reader.class)) {
        assertThat(Backends.all()).extracting(Backend::name).containsExactly("idle", "reader");
        OpenOptions options = OpenOptions.DEFAULT.withThreads(3).withDevice(Device.CPU);
        try (LeukemiaClassifier classifier = LeukemiaClassifier.open(directory, options)) {
          assertThat(classifier.labels()).isEqualTo(bundle.manifest().heads().get(0).labelSet());
        }
        assertThat(Reader.lastOptions).isEqualTo(options);
      }
    }

    @Test
    void namesTheRemedyWhereThereIsNone() {
      try (TestServices services = TestServices.of()) {
        assertThatThrownBy(() -> LeukemiaClassifier.open(directory))
            .isInstanceOf(BackendException.class)
            .hasMessage(
                "There must be a backend that can open models of the format fake; found none at"
                    + " all. Add io.github.leukemia4j:leukemia-tf and a TensorFlow native to the"
                    + " class path.");
      }
    }

    @Test
    void listsThoseThatDoNotFit() {
      try (TestServices services = TestServices.of(Idle.class)) {
        assertThatThrownBy(() -> OpenModel.open(bundle, OpenOptions.DEFAULT))
            .isInstanceOf(BackendException.class)
            .hasMessageContaining("open models of the format fake; found [idle]");
      }
    }

    @Test
    void listsThemWhereSeveralFitAndTakesTheNamedOne() throws IOException {
      try (TestServices services = TestServices.of(Idle.class, FakeBackend.class, Reader.class)) {
        assertThatThrownBy(() -> OpenModel.open(bundle, OpenOptions.DEFAULT))
            .isInstanceOf(BackendException.class)
            .hasMessage(
                "Several backends can open models of the format fake: [fake, reader]. Name one in"
                    + " the options, or leave only one on the class path.");
        OpenModel.open(bundle, OpenOptions.DEFAULT.withBackend("reader")).close();
        assertThat(Reader.lastOptions.backend()).contains("reader");
      }
    }

    @Test
    void refusesANamedOneThatIsMissingOrCannot() {
      try (TestServices services = TestServices.of(Idle.class, Reader.class)) {
        for (String name : List.of("onnx", "idle")) {
          assertThatThrownBy(() -> OpenModel.open(bundle, OpenOptions.DEFAULT.withBackend(name)))
              .isInstanceOf(BackendException.class)
              .hasMessageContaining(
                  "a backend called " + name + " that can open models of the format fake")
              .hasMessageContaining("found [idle, reader]");
        }
      }
    }
  }

  @Nested
  class Training {
    @Test
    void takesTheOnlyOneThatTrains() {
      try (TestServices services = TestServices.of(Reader.class, FakeBackend.class)) {
        try (TrainableNetwork network =
            Backends.training(Optional.empty())
                .create(FakeBackend.CONFIG, List.of(), RunOptions.DEFAULT)) {
          assertThat(network.origin().backend()).isEqualTo("fake");
        }
      }
    }

    @Test
    void refusesOneThatOnlyInfers() {
      try (TestServices services = TestServices.of(Reader.class, FakeBackend.class)) {
        assertThatThrownBy(() -> Backends.training(Optional.of("reader")))
            .isInstanceOf(BackendException.class)
            .hasMessageContaining("called reader that can train; found [reader, fake]");
      }
    }
  }

  @Nested
  class Options {
    @Test
    void reportAllFaultsAtOnce() {
      Map<Label, Double> prevalence = new HashMap<>(Map.of(Label.of("a"), 0.0));
      assertThatThrownBy(
              () ->
                  new OpenOptions(
                      Device.AUTO,
                      -1,
                      prevalence,
                      Optional.empty(),
                      OpenOptions.Gate.REFUSE,
                      OptionalDouble.empty()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "threads must be 0 or more; found -1; the prevalence of a must be above 0; found"
                  + " 0.0.");
      for (double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
        assertThatThrownBy(() -> OpenOptions.DEFAULT.withPrevalence(Label.of("a"), wrong))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("found " + wrong);
      }
    }

    @Test
    void areChangedOneByOne() {
      OpenOptions options =
          OpenOptions.DEFAULT
              .withPrevalence(Label.of("a"), 3)
              .withPrevalence(Label.of("b"), 1)
              .withBackend("x")
              .withThreads(2)
              .withDevice(Device.GPU);
      assertThat(options)
          .isEqualTo(
              new OpenOptions(
                  Device.GPU,
                  2,
                  Map.of(Label.of("a"), 3.0, Label.of("b"), 1.0),
                  Optional.of("x"),
                  OpenOptions.Gate.REFUSE,
                  OptionalDouble.empty()));
      assertThat(OpenOptions.DEFAULT.prevalence()).isEmpty();
      assertThat(options.prevalence()).isUnmodifiable();
    }
  }
}
