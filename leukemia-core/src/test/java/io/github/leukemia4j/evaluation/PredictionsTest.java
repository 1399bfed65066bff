package io.github.leukemia4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.pipeline.MultilevelResult.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionsTest {
  private static final Taxonomy TAXONOMY =
      Taxonomy.of("cell")
          .with("cell", "normal", "abnormal")
          .with("abnormal", "AML", "APL")
          .withPositive("abnormal", "APL");

  @TempDir Path directory;

  private static ScoredSample sample(
      String id, String truth, String patient, String decided, Outcome outcome) {
    return new ScoredSample(
        id,
        Label.of(truth),
        Optional.ofNullable(patient),
        Map.of(
            Label.of("cell"),
            Prediction.of(TAXONOMY.labelSet(Label.of("cell")), 1 - 1 / 3.0, 1 / 3.0),
            Label.of("abnormal"),
            Prediction.of(TAXONOMY.labelSet(Label.of("abnormal")), 0.1, 0.9)),
        Label.of(decided),
        outcome);
  }

  private static final List<ScoredSample> SAMPLES =
      List.of(
          sample("b, \"quoted\".png", "AML", "P 1", "normal", Outcome.DECIDED),
          sample("a.png", "abnormal", null, "abnormal", Outcome.STOPPED),
          sample("c.png", "normal", "P 2", "cell", Outcome.REFERRED));

  private Path file(String... lines) throws IOException {
    return Files.writeString(directory.resolve("p.csv"), String.join("\n", lines) + "\n");
  }

  @Test
  void comesBackAsItWasWritten() throws IOException {
    Path file = directory.resolve("predictions.csv");
    Predictions written = new Predictions(TAXONOMY, SAMPLES, List.of(1, 2, 2));
    written.write(file);

    assertThat(Predictions.read(file)).isEqualTo(written);
    assertThat(Files.readAllLines(file).get(0))
        .isEqualTo(
            "file,fold,truth,patient,decided,outcome,\"p(normal|cell)\",\"p(abnormal|cell)\","
                + "\"p(AML|abnormal)\",\"p(APL|abnormal)+\"");
    assertThat(directory)
        .isDirectoryContaining("glob:**predictions.csv")
        .isDirectoryNotContaining("glob:**.tmp");
  }

  private static ScoredSample beside(ScoredSample sample, ScoredSample.Auxiliary said) {
    return new ScoredSample(
        sample.id(),
        sample.truth(),
        sample.patient(),
        sample.stages(),
        sample.decided(),
        sample.outcome(),
        sample.settled(),
        sample.findings(),
        said == null ? Map.of() : Map.of(Label.of("cell_class"), said));
  }

  @Test
  void keepsWhatIsSaidBesideTheStagesAlsoWhereFoldsKnowOtherValues() throws IOException {
    LabelSet two = LabelSet.of("Blast", "Monocyte");
    LabelSet three = LabelSet.of("Blast", "Monocyte", "Promyelocyte");
    List<ScoredSample> samples =
        List.of(
            beside(
                SAMPLES.get(0),
                new ScoredSample.Auxiliary(
                    Optional.of(Label.of("Blast")), Prediction.of(two, 0.75, 0.25))),
            beside(
                SAMPLES.get(1),
                new ScoredSample.Auxiliary(
                    Optional.empty(), Prediction.of(three, 0.25, 0.25, 0.5))),
            beside(SAMPLES.get(2), null));
    Path file = directory.resolve("predictions.csv");
    Predictions written = new Predictions(TAXONOMY, samples, List.of(1, 2, 2));
    written.write(file);

    assertThat(Predictions.read(file)).isEqualTo(written);
    List<String> lines = Files.readAllLines(file);
    assertThat(lines.get(0))
        .endsWith(
            ",true(cell_class),q(Blast|cell_class),q(Monocyte|cell_class),q(Promyelocyte|cell_class)"
                .replaceAll("([tq][a-z]*\\([^,]*\\))", "\"$1\""));
    assertThat(lines.get(1)).endsWith(",Blast,0.75,0.25,");
    assertThat(lines.get(2)).endsWith(",,0.25,0.25,0.5");
    assertThat(lines.get(3)).endsWith(",,,,");
  }

  @Nested
  class LeavesNothingBehindWhereWritingFails {
    @Test
    void onASampleInTheMiddle() throws IOException {
      ScoredSample lacking =
          new ScoredSample(
              "d.png",
              Label.of("normal"),
              Optional.empty(),
              Map.of(),
              Label.of("normal"),
              Outcome.DECIDED);
      Path file = Files.writeString(directory.resolve("predictions.csv"), "what was there");
      Predictions predictions =
          new Predictions(TAXONOMY, List.of(SAMPLES.get(0), lacking), List.of());

      assertThatThrownBy(() -> predictions.write(file))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("d.png has none of cell");
      try (var content = Files.list(directory)) {
        assertThat(content).containsExactly(file);
      }
      assertThat(file).hasContent("what was there");
    }

    @Test
    void atTheMoveToItsPlace() throws IOException {
      Path taken = Files.createDirectories(directory.resolve("predictions.csv/taken"));

      assertThatThrownBy(
              () -> new Predictions(TAXONOMY, SAMPLES, List.of()).write(taken.getParent()))
          .isInstanceOf(IOException.class);
      try (var content = Files.list(directory)) {
        assertThat(content).containsExactly(taken.getParent());
      }
      assertThat(taken).isEmptyDirectory();
    }
  }

  @Test
  void keepsWhatAStageChoseByItsThreshold() throws IOException {
    ScoredSample one = SAMPLES.get(0);
    ScoredSample settled =
        new ScoredSample(
            one.id(),
            one.truth(),
            one.patient(),
            one.stages(),
            one.decided(),
            one.outcome(),
            Map.of(Label.of("cell"), Label.of("abnormal")),
            Set.of(),
            Map.of());
    Path file = directory.resolve("predictions.csv");
    Predictions written = new Predictions(TAXONOMY, List.of(settled, SAMPLES.get(1)), List.of());
    written.write(file);

    assertThat(Predictions.read(file)).isEqualTo(written);
    assertThat(Files.readAllLines(file).get(0)).endsWith("\"p(APL|abnormal)+\",\"chosen(cell)\"");
    assertThat(Files.readAllLines(file)).element(1).asString().endsWith(",abnormal");
    assertThat(Files.readAllLines(file)).element(2).asString().endsWith(",normal");
  }

  @Test
  void keepsWhatTheGateFound() throws IOException {
    ScoredSample one = SAMPLES.get(2);
    ScoredSample unfit =
        new ScoredSample(
            one.id(),
            one.truth(),
            one.patient(),
            one.stages(),
            one.decided(),
            one.outcome(),
            Map.of(),
            Set.of(Finding.UNUSUAL_STAIN, Finding.BLANK),
            Map.of());
    Path file = directory.resolve("predictions.csv");
    Predictions written = new Predictions(TAXONOMY, List.of(unfit, SAMPLES.get(1)), List.of());
    written.write(file);

    assertThat(Predictions.read(file)).isEqualTo(written);
    assertThat(Files.readAllLines(file).get(0)).endsWith("findings");
    assertThat(Files.readAllLines(file).get(1)).endsWith(",\"BLANK UNUSUAL_STAIN\"");
  }

  @Test
  void keepsOddNames() throws IOException {
    List<ScoredSample> odd = new ArrayList<>();
    for (String name :
        List.of(
            "line\nbreak.png",
            "line\r\nbreak.png",
            "\"",
            "\"\"",
            ",",
            " leading and trailing ",
            "\ttab",
            "#comment",
            "=1+1",
            "'single'",
            "\\back\\slash",
            "\uFEFFmark",
            "\u767D\u8840\u75C5/\uD83E\uDE78.png",
            "a long name with a \" quote behind the first few dozens of characters",
            "a long name with a line break behind the first few dozens of characters \n.png")) {
      odd.add(sample(name, "AML", name, "AML", Outcome.DECIDED));
    }
    Path file = directory.resolve("predictions.csv");
    Predictions written = new Predictions(TAXONOMY, odd, List.of());
    written.write(file);

    assertThat(Predictions.read(file)).isEqualTo(written);
  }

  @Test
  void sortsByFile() {
    assertThat(new Predictions(TAXONOMY, SAMPLES, List.of()).sorted())
        .extracting(ScoredSample::id)
        .containsExactly("a.png", "b, \"quoted\".png", "c.png");
  }

  @Test
  void readsFilesOfBeforeTheOutcome() throws IOException {
    Predictions read =
        Predictions.read(
            file(
                "file,fold,truth,patient,decided,p(normal|cell),p(abnormal|cell)",
                "a,,normal,,normal,0.6,0.4",
                "b,,normal,,cell,0.5,0.5"));

    assertThat(read.folds()).isEmpty();
    assertThat(read.samples())
        .extracting(ScoredSample::outcome)
        .containsExactly(Outcome.DECIDED, Outcome.REFERRED);
    assertThat(read.taxonomy().positive(Label.of("cell"))).contains(Label.of("abnormal"));
  }

  @Nested
  class Refuses {
    private static final String HEADER =
        "file,fold,truth,patient,decided,outcome,p(normal|cell),p(abnormal|cell)";

    private void refused(String inMessage, String... lines) throws IOException {
      Path file = file(lines);
      assertThatThrownBy(() -> Predictions.read(file))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining(inMessage);
    }

    @Test
    void aMissingColumn() throws IOException {
      refused("line 1: there must be the columns", "file,truth,p(normal|cell),p(abnormal|cell)");
    }

    @Test
    void aFileWithoutProbabilities() throws IOException {
      refused("p(label|stage)", "file,fold,truth,patient,decided,outcome");
    }

    @Test
    void aChoiceThatTheStageDoesNotHave() throws IOException {
      refused(
          "line 2: the stage cell must have chosen among",
          HEADER + ",chosen(cell)",
          "a,1,normal,P,normal,DECIDED,0.5,0.5,cell");
    }

    @Test
    void anUnknownLabel() throws IOException {
      refused("line 2: labels must be among", HEADER, "a,1,strange,P,normal,DECIDED,0.5,0.5");
    }

    @Test
    void whatIsNoProbability() throws IOException {
      refused("line 2", HEADER, "a,1,normal,P,normal,DECIDED,0.5,much");
      refused(
          "line 3",
          HEADER,
          "a,1,normal,P,normal,DECIDED,0.5,0.5",
          "b,1,normal,P,normal,DECIDED,2,-1");
    }

    @Test
    void aFileNamedTwice() throws IOException {
      String row = "a,1,normal,P,normal,DECIDED,0.5,0.5";
      refused("line 3: each file must occur once; found a again", HEADER, row, row);
    }

    @Test
    void anEmptyFile() throws IOException {
      Path file = Files.createFile(directory.resolve("empty.csv"));
      assertThatThrownBy(() -> Predictions.read(file))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("empty");
    }
  }
}
