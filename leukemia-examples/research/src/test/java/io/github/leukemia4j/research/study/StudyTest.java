package io.github.leukemia4j.research.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.NetworkConfig.InputConfig.TestTimeAugmentation;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class StudyTest {
  private static final List<String> ROWS =
      List.of("paper-tversky", "cnn-svm", "features-forest", "colours", "majority");

  private static Dataset dataset;

  @TempDir private Path directory;

  @BeforeAll
  static void read() throws Exception {
    dataset =
        SyntheticSmear.builder()
            .imageSize(48)
            .cellsPerLabel(16)
            .cells(Label.of("normal"), 40)
            .patientsPerLabel(4)
            .build()
            .dataset();
  }

  private static StudyConfig config() {
    return new StudyConfig(
        ROWS,
        2,
        TrainingConfig.builder()
            .inputSize(32)
            .centreCrop(1)
            .set("input.testTimeAugmentation", TestTimeAugmentation.NONE)
            .epochs(2)
            .batchSize(8)
            .seed(5)
            .build());
  }

  private static StudyReport run(Path out, TrainingListener listener, Consumer<String> told)
      throws Exception {
    return Study.run(dataset, config(), RunOptions.DEFAULT, out, listener, told);
  }

  @Test
  void isTheSameWhenItWasKilledTwiceAndGoneOnWith() throws Exception {
    StudyReport whole = run(directory.resolve("whole"), TrainingListener.NONE, line -> {});
    Path stopped = directory.resolve("stopped");
    AtomicInteger networks = new AtomicInteger();
    TrainingListener interrupting =
        new TrainingListener() {
          @Override
          public void stageStarted(Label stage, int epochs, int stepsPerEpoch) {
            networks.incrementAndGet();
          }

          @Override
          public void stepEnded(Label stage, int epoch, int step, double loss) {
            if (networks.get() == 2 && epoch == 2 && step == 1) {
              Thread.currentThread().interrupt();
            }
          }
        };
    assertThatThrownBy(() -> run(stopped, interrupting, line -> {}))
        .isInstanceOf(InterruptedException.class);
    assertThat(stopped.resolve("rows/paper-tversky/row.json")).doesNotExist();
    assertThatThrownBy(
            () ->
                run(
                    stopped,
                    TrainingListener.NONE,
                    line -> {
                      if (line.contains("random forest: fold 2")) {
                        throw new IllegalStateException("killed");
                      }
                    }))
        .hasMessage("killed");
    assertThat(stopped.resolve("rows/cnn-svm/row.json")).exists();
    List<String> lines = new ArrayList<>();
    StudyReport resumed = run(stopped, TrainingListener.NONE, lines::add);

    assertThat(lines.get(0)).isEqualTo("Row 1 of 5, The paper's CNN, Tversky: there already.");
    for (String row : ROWS) {
      String file = "rows/%s/predictions.csv".formatted(row);
      assertThat(stopped.resolve(file))
          .hasSameTextualContentAs(directory.resolve("whole").resolve(file));
    }
    assertThat(resumed.rows()).extracting(StudyReport.Row::id).containsExactlyElementsOf(ROWS);
    Label root = dataset.taxonomy().root();
    assertThat(resumed.rows().get(1).tests()).isEqualTo(whole.rows().get(1).tests());
    assertThat(resumed.rows().get(0).tests()).isEmpty();
    assertThat(resumed.rows().get(0).parameters()).hasValue(paperWeights());
    assertThat(resumed.rows().get(0).trainingSeconds().orElseThrow()).isPositive();
    StudyReport.Row majority = resumed.rows().get(4);
    assertThat(majority.report().stage(root).metrics().value(Metrics.BALANCED_ACCURACY))
        .hasValue(0.5);
    requireFiles(stopped);
  }

  /** The CNN's, counted by hand: kernels, scales and shifts; one dense layer; a head each stage. */
  private static long paperWeights() {
    long weights = 0;
    int in = 3;
    for (int out : new int[] {32, 64, 128, 256}) {
      weights += 9L * in * out + 2L * out;
      in = out;
    }
    weights += 256 * 128 + 128;
    for (Label stage : dataset.taxonomy().innerNodes()) {
      weights += (128 + 1) * dataset.taxonomy().children(stage).size();
    }
    return weights;
  }

  private static void requireFiles(Path out) throws Exception {
    assertThat(Files.readString(out.resolve("study.md")))
        .contains(
            "# Study",
            "The paper's CNN, Tversky",
            "Colours alone, 5 nearest neighbours",
            "its protocol is not comparable",
            "SVM and CNN hybrid",
            "0.820");
    String page = Files.readString(out.resolve("study.html"));
    assertThat(page).contains("its protocol is not comparable");
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page)));
    assertThat(Files.readAllLines(out.resolve("study.csv")).get(0))
        .startsWith("row,title,stage,metric,value,lower,upper,difference");
    assertThat(Files.readString(out.resolve("study-table.json")))
        .contains("\"comparable\" : false", "\"pHolm\"");
  }

  @Test
  void namesAllFaultsBeforeItBegins() {
    StudyConfig config =
        new StudyConfig(
            List.of("cnn-svm", "paper-tversky", "paper-tversky", "boosting"),
            5,
            TrainingConfig.builder().inputSize(16).network(NetworkConfig.small()).build());
    Path out = directory.resolve("faults");
    assertThatThrownBy(
            () ->
                Study.run(
                    dataset, config, RunOptions.DEFAULT, out, TrainingListener.NONE, line -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "The study cannot begin. Mend all of these: rows must be among [paper-tversky, ",
            "found [boosting]",
            "each of them once; found [cnn-svm, paper-tversky, paper-tversky, boosting]",
            "the row cnn-svm needs the networks of the row paper-tversky, before it",
            "images must have at least 32 pixels a side for every network; found 16",
            "the data must allow 5 folds with every label: Every class must be in each");
    assertThat(out).doesNotExist();
  }

  @Test
  void goesOnOnlyWithWhatItBeganWith() throws Exception {
    StudyConfig small = config().withRows(List.of("colours", "majority"));
    Study.run(dataset, small, RunOptions.DEFAULT, directory, TrainingListener.NONE, line -> {});
    assertThatThrownBy(
            () ->
                Study.run(
                    dataset,
                    small.withFolds(3),
                    RunOptions.DEFAULT,
                    directory,
                    TrainingListener.NONE,
                    line -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "A study goes on only with the data and the settings it began with; found others in ");
  }

  /** R 4.2: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") and p.adjust(c(0.6, 0.5), "holm"). */
  @Test
  void adjustsAsHolmDoes() {
    assertThat(StudyReport.holm(0.01, 0.04, 0.03, 0.005))
        .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-12));
    assertThat(StudyReport.holm(0.6, 0.5)).containsExactly(1, 1);
    assertThat(StudyReport.holm()).isEmpty();
  }

  @Test
  void weighsThePositiveLabelInAWeightedCrossEntropy() {
    assertThat(StudyRows.weighted(dataset.taxonomy(), dataset.taxonomy().root()).toString())
        .contains("0.7");
  }
}
