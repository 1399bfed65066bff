package io.github.leukemia4j.report;

import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.evaluation.PatientPooling;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.report.view.Picture;
import io.github.leukemia4j.report.view.StageView;
import io.github.leukemia4j.report.view.Table;
import io.github.leukemia4j.report.view.Tables;
import io.github.leukemia4j.training.TrainingHistory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds what the page of an evaluation shows of one stage. */
final class StageSection {
  /** More are no kinds of cells. */
  private static final int MOST_FOLDERS = 40;

  private final HtmlReport source;
  private final StageSamples samples;
  private final StageReport stage;

  StageSection(HtmlReport source, StageSamples samples) {
    this.source = source;
    this.samples = samples;
    this.stage = samples.stage();
  }

  StageView view(List<TrainingHistory> histories, Tables tables) {
    return new StageView(
        stage,
        Plots.of(samples, source.report(), histories).stream().map(this::figure).toList(),
        source.report().calibration().stream()
            .filter(c -> c.stage().equals(stage.stage()))
            .findFirst()
            .orElse(null),
        source.folds().isEmpty() ? null : tables.folds(stage.stage(), source.folds()),
        patients(),
        strips(),
        folders());
  }

  private StageView.Figure figure(Plots.Plot plot) {
    String shows =
        "%s of the stage %s. %s".formatted(plot.title(), stage.stage(), plot.description());
    return new StageView.Figure(
        plot.title(),
        Picture.of("png", plot.chart().image(), shows, LineChart.WIDTH, plot.chart().height()),
        plot.description());
  }

  /** Who is called what, by how many of the cells. */
  private Table patients() {
    Map<Integer, List<StageSamples.Answer>> byPatient =
        samples.answers().stream()
            .filter(answer -> answer.patient() > 0)
            .collect(
                Collectors.groupingBy(
                    StageSamples.Answer::patient, TreeMap::new, Collectors.toList()));
    if (byPatient.isEmpty()) {
      return null;
    }
    LabelSet labels = stage.labels();
    int shown = labels.size() == 2 ? labels.positiveIndex().orElse(1) : -1;
    String called = shown < 0 ? "Right cells" : "Called " + labels.get(shown);
    Table.Builder table = Table.of("Patient", "Cells", called, "Truth", "Decision", "");
    byPatient.forEach((patient, cells) -> row(table, shown, patient, cells));
    return table.build();
  }

  private void row(Table.Builder table, int shown, int patient, List<StageSamples.Answer> cells) {
    LabelSet labels = stage.labels();
    long called = cells.stream().filter(c -> shown < 0 ? c.right() : c.chosen() == shown).count();
    Map<Integer, Long> truths =
        cells.stream()
            .collect(
                Collectors.groupingBy(
                    StageSamples.Answer::truth, TreeMap::new, Collectors.counting()));
    table.row(Integer.toString(patient)).count(cells.size()).share(called, cells.size(), null);
    if (truths.size() > 1) {
      table
          .text(
              truths.entrySet().stream()
                  .map(e -> "%d %s".formatted(e.getValue(), labels.get(e.getKey())))
                  .collect(Collectors.joining(", ")))
          .text("\u2013")
          .text("");
      return;
    }
    List<Prediction> predictions = cells.stream().map(StageSamples.Answer::prediction).toList();
    String decision =
        PatientPooling.meanLogOdds().decide(Integer.toString(patient), predictions).label().name();
    String truth = labels.get(cells.get(0).truth()).name();
    boolean right = decision.equals(truth);
    table.text(truth).text(decision).text(right ? "right" : "wrong", right ? "good" : "bad");
  }

  private List<StageView.Strip> strips() {
    double crop = crop();
    List<StageView.Strip> strips = new ArrayList<>();
    strip(
        "Sure and wrong: the most confident errors",
        "Wrong answers of which the stage was surest: look here for wrong labels, bad pictures and cells between two kinds.%s"
            .formatted(
                crop < 1 && source.hasImages() ? " The frame is what the network sees." : ""),
        ConfidentErrors.of(samples),
        strips);
    if (source.hasImages()) {
      strip("Sure and right", "", ConfidentErrors.right(samples), strips);
      strip("Least sure", "", ConfidentErrors.unsure(samples), strips);
    }
    return strips;
  }

  private void strip(
      String title, String note, List<StageSamples.Answer> answers, List<StageView.Strip> strips) {
    if (!answers.isEmpty()) {
      strips.add(new StageView.Strip(title, note, answers.stream().map(this::shown).toList()));
    }
  }

  private StageView.Shown shown(StageSamples.Answer answer) {
    String called = stage.labels().get(answer.chosen()).name();
    String truth = stage.labels().get(answer.truth()).name();
    Picture picture =
        source
            .thumbnail(answer.id(), crop(), "Cell of truth %s, called %s".formatted(truth, called))
            .orElse(null);
    return new StageView.Shown(
        picture,
        picture == null && source.hasImages(),
        called,
        answer.confidence(),
        truth,
        answer.patient(),
        answer.id());
  }

  /** The share of each side that the stage's network sees; 1 where that is not known. */
  private double crop() {
    return source.report().origin().stream()
        .flatMap(origin -> origin.stages().stream())
        .filter(s -> s.stage().equals(stage.stage().name()))
        .flatMap(s -> s.settings().entrySet().stream())
        .filter(setting -> setting.getKey().endsWith("centreCrop"))
        .mapToDouble(setting -> Double.parseDouble(setting.getValue()))
        .findFirst()
        .orElse(1);
  }

  /** How many are wrong in each folder of the data, which often names a kind of cell. */
  private Table folders() {
    Map<String, List<StageSamples.Answer>> folders =
        samples.answers().stream()
            .collect(
                Collectors.groupingBy(
                    a -> a.id().substring(0, Math.max(0, a.id().lastIndexOf('/'))),
                    TreeMap::new,
                    Collectors.toList()));
    if (folders.size() < 2 || folders.size() > MOST_FOLDERS) {
      return null;
    }
    Table.Builder table = Table.of("Folder", "Images", "Wrong");
    folders.entrySet().stream()
        .sorted(
            Comparator.comparingDouble(f -> -(double) wrong(f.getValue()) / f.getValue().size()))
        .forEach(
            f ->
                table
                    .row(f.getKey().isEmpty() ? "(none)" : f.getKey())
                    .count(f.getValue().size())
                    .share(wrong(f.getValue()), f.getValue().size(), null));
    return table.build();
  }

  private static long wrong(List<StageSamples.Answer> answers) {
    return answers.stream().filter(a -> !a.right()).count();
  }
}
