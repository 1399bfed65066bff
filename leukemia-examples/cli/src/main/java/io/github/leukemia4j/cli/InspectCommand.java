package io.github.leukemia4j.cli;

import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.evaluation.inspection.Inspection;
import io.github.leukemia4j.evaluation.inspection.InspectionReport;
import io.github.leukemia4j.report.inspection.InspectionReports;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.concurrent.Callable;
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
    InspectionReport report = InspectionReport.of(inspect(data.openAndDescribe()));
    files.write(
        InspectionReports.json(report),
        page -> Files.writeString(page, InspectionReports.html(report)));
    console.println(InspectionReports.markdown(report));
    return 0;
  }

  private Inspection inspect(Dataset dataset) throws InterruptedException {
    try (ProgressLine progress =
        ProgressLine.of(spec.commandLine().getErr(), "Reading images", dataset.size())) {
      return Inspection.of(dataset, Runtime.getRuntime().availableProcessors(), progress::accept);
    }
  }
}
