package io.github.leukemia4j.report;

import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.evaluation.patient.PatientDecision;
import io.github.leukemia4j.evaluation.patient.PatientPooling;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The patients of a stage as a table: who is called what, by how many of the cells. */
final class PatientRows {
  private PatientRows() {}

  /** Nothing where no patient is known. */
  static void write(Html html, StageSamples samples) {
    Map<Integer, List<StageSamples.Answer>> byPatient =
        samples.answers().stream()
            .filter(answer -> answer.patient() > 0)
            .collect(
                Collectors.groupingBy(
                    StageSamples.Answer::patient, TreeMap::new, Collectors.toList()));
    if (byPatient.isEmpty()) {
      return;
    }
    LabelSet labels = samples.stage().labels();
    int shown = labels.size() == 2 ? labels.positiveIndex().orElse(1) : -1;
    html.element("h3", "Patient by patient");
    html.element(
        "p",
        "caption",
        "Patients are numbered in the order of their identifiers. The decision is the "
            + PatientPooling.meanLogOdds().describe()
            + " of the cells; there is none where a patient has cells of several labels.");
    boolean folded = byPatient.size() > 40;
    if (folded) {
      html.raw("<details>").element("summary", Html.count(byPatient.size(), "patient"));
    }
    html.beginTable("Patient", "Cells", shown < 0 ? "Right cells" : "Called " + labels.get(shown));
    html.element("th", "Truth").element("th", "Decision").element("th", "").rows();
    byPatient.forEach((patient, cells) -> row(html, labels, shown, patient, cells));
    html.endTable();
    if (folded) {
      html.raw("</details>\n");
    }
  }

  private static void row(
      Html html, LabelSet labels, int shown, int patient, List<StageSamples.Answer> cells) {
    long called = cells.stream().filter(c -> shown < 0 ? c.right() : c.chosen() == shown).count();
    Map<Integer, Long> truths =
        cells.stream()
            .collect(
                Collectors.groupingBy(
                    StageSamples.Answer::truth, TreeMap::new, Collectors.counting()));
    boolean mixed = truths.size() > 1;
    String truth =
        truths.entrySet().stream()
            .map(e -> (mixed ? e.getValue() + " " : "") + labels.get(e.getKey()).name())
            .collect(Collectors.joining(", "));
    html.beginRow(Integer.toString(patient)).number(cells.size());
    html.raw(
        "<td class=\"number\"><data value=\"%d\">%d</data><small>%s</small></td>"
            .formatted(called, called, Math.round(100.0 * called / cells.size()) + "%"));
    html.element("td", truth);
    if (mixed) {
      html.element("td", "\u2013").element("td", "");
    } else {
      List<Prediction> predictions = cells.stream().map(StageSamples.Answer::prediction).toList();
      PatientDecision decision =
          PatientPooling.meanLogOdds().decide(Integer.toString(patient), predictions);
      boolean right = decision.label().equals(labels.get(cells.get(0).truth()));
      html.element("td", decision.label().name())
          .element("td", right ? "good" : "bad", right ? "right" : "wrong");
    }
    html.endRow();
  }
}
