package io.github.leukemia4j.cli;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.evaluation.inspection.Inspection;
import io.github.leukemia4j.evaluation.inspection.Inspection.NearDuplicate;
import io.github.leukemia4j.evaluation.inspection.InspectionReport;
import io.github.leukemia4j.report.HtmlReport;
import io.github.leukemia4j.report.InWords;
import io.github.leukemia4j.report.ReportJson;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "inspect",
    description =
        "Shows what a data set holds, and what may make results on it better than they are: files"
            + " that are unreadable, identical or nearly so, contradicting labels, and how well"
            + " colour, size or format alone tell the labels.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private DataOption data;

  @Mixin private ReportFiles files;

  @Override
  public Integer call() throws Exception {
    PrintWriter console = spec.commandLine().getOut();
    files.requireFree();
    Dataset dataset = data.open(console);
    console.println();
    console.printf("%-24s %8s %9s%n", "label", "samples", "patients");
    for (Label label : dataset.taxonomy().labels()) {
      List<Sample> of = dataset.samples().stream().filter(s -> s.label().equals(label)).toList();
      if (!of.isEmpty()) {
        console.printf(
            "%-24s %8d %9d%n",
            String.join(
                " > ", dataset.taxonomy().pathTo(label).stream().skip(1).map(Label::name).toList()),
            of.size(),
            of.stream().map(Sample::patient).flatMap(Optional::stream).distinct().count());
      }
    }
    printPatients(console, dataset);
    console.flush();
    Inspection inspection = inspect(dataset);
    Verification verification = inspection.verification();
    console.println();
    console.println("Unreadable: " + verification.unreadable().size());
    verification.unreadable().values().forEach(reason -> console.println("  " + reason));
    console.println("Groups of identical images: " + verification.identical().size());
    verification.identical().forEach(group -> console.println("  " + names(group)));
    console.println(
        "Identical images under labels that contradict each other: %s"
            .formatted(verification.contradicting().size()));
    verification.contradicting().forEach(group -> console.println("  " + names(group)));
    printPairs(console, inspection.nearDuplicates());
    console.flush();
    InspectionReport report = InspectionReport.of(inspection);
    console.println();
    InWords.of(report).forEach(console::println);
    files.write(ReportJson.of(report), page -> Files.writeString(page, HtmlReport.of(report)));
    console.flush();
    return 0;
  }

  private Inspection inspect(Dataset dataset) throws InterruptedException {
    try (ProgressLine progress =
        ProgressLine.of(spec.commandLine().getErr(), "Reading images", dataset.size())) {
      return Inspection.of(dataset, Runtime.getRuntime().availableProcessors(), progress::accept);
    }
  }

  /** How the samples are spread over the patients; not one by one, there may be thousands. */
  private static void printPatients(PrintWriter console, Dataset dataset) {
    Map<String, Set<Label>> labels = new TreeMap<>();
    Map<String, Long> samples = new TreeMap<>();
    for (Sample sample : dataset.samples()) {
      sample
          .patient()
          .ifPresent(
              patient -> {
                labels.computeIfAbsent(patient, p -> new HashSet<>()).add(sample.label());
                samples.merge(patient, 1L, Long::sum);
              });
    }
    console.println();
    if (samples.isEmpty()) {
      console.println("No patient is known: a split cannot keep one patient's cells together.");
      return;
    }
    List<Long> sizes = samples.values().stream().sorted().toList();
    console.printf(
        "Patients: %d, with %d to %d samples each, median %d; %d have samples of several labels.%n",
        sizes.size(),
        sizes.get(0),
        sizes.get(sizes.size() - 1),
        sizes.get(sizes.size() / 2),
        labels.values().stream().filter(of -> of.size() > 1).count());
    long unknown = dataset.size() - sizes.stream().mapToLong(Long::longValue).sum();
    if (unknown > 0) {
      console.printf("Samples of unknown patients: %d.%n", unknown);
    }
  }

  private static void printPairs(PrintWriter console, List<NearDuplicate> pairs) {
    console.println(
        "Pairs of files that show nearly the same: %s, with contradicting labels %s, of two patients %s"
            .formatted(
                pairs.size(),
                pairs.stream().filter(NearDuplicate::contradicting).count(),
                pairs.stream().filter(NearDuplicate::acrossPatients).count()));
    pairs.stream()
        .limit(DataException.LISTED)
        .forEach(pair -> console.println("  " + names(List.of(pair.first(), pair.second()))));
    if (pairs.size() > DataException.LISTED) {
      console.println("  ... and " + (pairs.size() - DataException.LISTED) + " more");
    }
  }

  private static String names(List<Sample> group) {
    return group.stream()
        .map(s -> s.id() + " (" + s.label() + ")")
        .collect(Collectors.joining(" = "));
  }
}
