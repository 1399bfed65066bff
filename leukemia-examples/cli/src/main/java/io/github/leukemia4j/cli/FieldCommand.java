package io.github.leukemia4j.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.field.FieldPipeline;
import io.github.leukemia4j.field.FieldPipeline.ClassifiedCell;
import io.github.leukemia4j.field.FieldPipeline.FieldResult;
import io.github.leukemia4j.field.FoundCell;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.report.field.FieldReports;
import io.github.leukemia4j.report.view.FieldPage;
import io.github.leukemia4j.store.AtomicFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "field",
    description =
        "Finds the white cells of smear fields, classifies and counts them. A folder holds the fields of one patient, and images that are named are of one patient together. Exit code 1 where a field could not be read; the others are all the same.",
    mixinStandardHelpOptions = true)
final class FieldCommand implements Callable<Integer> {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final List<String> ENDINGS =
      List.of(".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff");

  @Spec private CommandSpec spec;

  @Mixin private OpenPipeline model;

  @Parameters(
      arity = "1..*",
      paramLabel = "IMAGE|FOLDER",
      description = "JPEG, PNG, BMP or TIFF files, or folders of them.")
  private List<Path> fields;

  @Option(
      names = "--micrometres-per-pixel",
      paramLabel = "NUMBER",
      description = "Of the fields; estimated from red and white cells where it is not given.")
  private Double scale;

  @Option(
      names = "--crop",
      paramLabel = "MICROMETRES",
      defaultValue = "" + FieldPipeline.CROP,
      description =
          "Side of what the pipeline sees of a cell; as much as its training images show (${DEFAULT-VALUE}).")
  private double crop;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Writes PATIENT.html, PATIENT.csv and PATIENT.jsonl for each patient.")
  private Path out;

  @Option(names = "--json", description = "Prints one JSON object for each field.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    List<String> failed = new ArrayList<>();
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(model.path(), model.options())) {
      FieldPipeline finder = new FieldPipeline(pipeline, crop);
      for (Map.Entry<String, List<Path>> patient : patients().entrySet()) {
        patient(finder, pipeline, patient.getKey(), patient.getValue(), failed);
      }
    }
    PrintWriter errors = spec.commandLine().getErr();
    failed.forEach(errors::println);
    return failed.isEmpty() ? 0 : 1;
  }

  private Map<String, List<Path>> patients() throws IOException {
    Map<String, List<Path>> patients = new LinkedHashMap<>();
    for (Path path : fields) {
      if (Files.isDirectory(path)) {
        try (Stream<Path> files = Files.list(path)) {
          List<Path> images = files.filter(FieldCommand::isImage).sorted().toList();
          patients
              .computeIfAbsent(
                  path.toAbsolutePath().normalize().getFileName().toString(),
                  p -> new ArrayList<>())
              .addAll(images);
        }
      } else {
        patients.computeIfAbsent("fields", p -> new ArrayList<>()).add(path);
      }
    }
    return patients;
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith);
  }

  private void patient(
      FieldPipeline finder,
      MultilevelPipeline pipeline,
      String patient,
      List<Path> images,
      List<String> failed)
      throws IOException {
    PrintWriter console = spec.commandLine().getOut();
    List<Label> labels = pipeline.taxonomy().leaves();
    List<MultilevelResult> results = new ArrayList<>();
    List<FieldPage.Shown> shown = new ArrayList<>();
    StringBuilder csv =
        new StringBuilder("field,cell,x,y,left,top,width,height,cut,label,outcome,probability\n");
    StringBuilder lines = new StringBuilder();
    int read = 0;
    for (Path image : images) {
      try {
        CellImage field = CellImage.read(image);
        CellImage scaled = scale == null ? field : field.withMicrometresPerPixel(scale);
        FieldResult result = finder.classify(scaled);
        read++;
        results.addAll(result.results());
        String line = JSON.writeValueAsString(tree(image, result));
        if (json) {
          console.println(line);
        } else {
          console.println(
              "%s: %d white cells %s".formatted(image, result.cells().size(), result.findings()));
        }
        if (out != null) {
          lines.append(line).append('\n');
          rows(csv, image, result);
          if (shown.size() < FieldPage.MOST_FIELDS) {
            shown.add(
                FieldPage.shown(image.getFileName().toString(), scaled, result, labels, crop));
          }
        }
      } catch (DataException | IOException e) {
        failed.add("%s: %s".formatted(image, e.getMessage()));
      }
    }
    List<FieldPipeline.Count> counts = finder.count(results);
    if (!json) {
      counts.forEach(
          row ->
              console.println(
                  "%s  %s  %d  %s"
                      .formatted(patient, row.label(), row.cells(), FieldPage.share(row))));
    }
    if (out != null) {
      Files.createDirectories(out);
      FieldPage page = new FieldPage(patient, shown, counts, read - shown.size());
      write(patient + ".html", FieldReports.html(page));
      write(patient + ".csv", csv.toString());
      write(patient + ".jsonl", lines.toString());
    }
  }

  private void write(String name, String text) throws IOException {
    AtomicFile.write(out.resolve(name), file -> Files.writeString(file, text));
  }

  private static ObjectNode tree(Path image, FieldResult result) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("file", image.toString());
    tree.put("micrometresPerPixel", result.micrometresPerPixel());
    tree.put("clumps", result.clumps());
    ArrayNode findings = tree.putArray("findings");
    result.findings().stream().sorted().forEach(f -> findings.add(f.name()));
    ArrayNode cells = tree.putArray("cells");
    for (ClassifiedCell cell : result.cells()) {
      ObjectNode node = cells.addObject();
      node.put("number", cell.number());
      node.put("x", cell.cell().x());
      node.put("y", cell.cell().y());
      node.put("cut", cell.cell().cut());
      node.set("box", JSON.valueToTree(cell.cell().box()));
      node.set("result", JSON.valueToTree(cell.result()));
    }
    return tree;
  }

  private static void rows(StringBuilder csv, Path image, FieldResult result) {
    String name = "\"" + image.getFileName().toString().replace("\"", "\"\"") + "\"";
    for (ClassifiedCell cell : result.cells()) {
      FoundCell.Box box = cell.cell().box();
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%d,%.1f,%.1f,%d,%d,%d,%d,%b,%s,%s,%.4f%n",
              name,
              cell.number(),
              cell.cell().x(),
              cell.cell().y(),
              box.left(),
              box.top(),
              box.width(),
              box.height(),
              cell.cell().cut(),
              cell.result().label(),
              cell.result().outcome().name().toLowerCase(Locale.ROOT),
              cell.result().probability()));
    }
  }
}
