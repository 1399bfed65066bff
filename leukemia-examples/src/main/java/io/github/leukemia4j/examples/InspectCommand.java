package io.github.leukemia4j.examples;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.Inspection;
import io.github.leukemia4j.data.NearDuplicate;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.Verification;
import io.github.leukemia4j.evaluation.InspectionReport;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

  @Option(
      names = "--data",
      required = true,
      paramLabel = "D",
      description = "A folder tree whose folders are the labels, or a CSV manifest.")
  private Path data;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Also write a page with pictures of the pairs.")
  private Path html;

  @Option(names = "--json", paramLabel = "FILE", description = "Also write the report as JSON.")
  private Path json;

  @Override
  public Integer call() throws Exception {
    PrintWriter console = spec.commandLine().getOut();
    Dataset dataset = Datasets.open(data);
    console.println(dataset.description());
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
    Inspection inspection = Inspection.of(dataset);
    Verification verification = inspection.verification();
    console.println();
    console.println("Unreadable: " + verification.unreadable().size());
    verification.unreadable().values().forEach(reason -> console.println("  " + reason));
    console.println("Groups of identical files: " + verification.identical().size());
    verification.identical().forEach(group -> console.println("  " + names(group)));
    console.println(
        "Identical files under labels that contradict each other: "
            + verification.contradicting().size());
    verification.contradicting().forEach(group -> console.println("  " + names(group)));
    printPairs(console, inspection.nearDuplicates());
    console.flush();
    InspectionReport report = InspectionReport.of(inspection);
    console.println();
    report.sentences().forEach(console::println);
    if (html != null) {
      Files.writeString(html, report.toHtml());
    }
    if (json != null) {
      Files.writeString(json, report.toJson());
    }
    console.flush();
    return 0;
  }

  private static void printPatients(PrintWriter console, Dataset dataset) {
    Map<String, Map<String, Long>> byPatient =
        dataset.samples().stream()
            .filter(s -> s.patient().isPresent())
            .collect(
                Collectors.groupingBy(
                    s -> s.patient().orElseThrow(),
                    TreeMap::new,
                    Collectors.groupingBy(
                        s -> s.label().name(), TreeMap::new, Collectors.counting())));
    console.println();
    if (byPatient.isEmpty()) {
      console.println("No patient is known: a split cannot keep one patient's cells together.");
    } else {
      console.println("Samples of each of " + byPatient.size() + " patients:");
      byPatient.forEach((patient, counts) -> console.println("  " + patient + "  " + counts));
    }
  }

  private static void printPairs(PrintWriter console, List<NearDuplicate> pairs) {
    console.println(
        "Pairs of files that show nearly the same: "
            + pairs.size()
            + ", with contradicting labels "
            + pairs.stream().filter(NearDuplicate::contradicting).count()
            + ", of two patients "
            + pairs.stream().filter(NearDuplicate::acrossPatients).count());
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
