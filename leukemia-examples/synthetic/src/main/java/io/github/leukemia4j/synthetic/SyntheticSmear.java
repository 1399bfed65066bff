package io.github.leukemia4j.synthetic;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * A data set of drawn leukocytes: each in the middle of a {@value #FIELD_MICROMETRES} micrometre
 * square of smear among red cells, normal or of one of four leukaemias. The same settings give the
 * same pixels on every machine and Java version. Immutable and thread-safe.
 *
 * <p>Colour is no short cut to the label: stain, light and sharpness belong to the patient and are
 * drawn without regard to the diagnosis, and some normal cells come from patients with leukaemia.
 * What tells the labels apart is the cell: size and shape of the nucleus, its share of the cell,
 * the texture of its chromatin, nucleoli, granules, Auer rods; all with ranges that overlap. The
 * drawings follow textbook morphology and show that a classifier can learn; they say nothing about
 * how it does on real cells.
 */
public final class SyntheticSmear {
  /** The side of the square of smear that an image shows. */
  public static final int FIELD_MICROMETRES = 24;

  /** The smallest image, in pixels: below it, granules and nucleoli cannot be told apart. */
  public static final int SMALLEST_IMAGE = 16;

  /** The largest image, in pixels. */
  public static final int LARGEST_IMAGE = 1024;

  private static final Label NORMAL = Label.of("normal");
  private static final Taxonomy CELLS =
      Taxonomy.of("cell")
          .with("cell", NORMAL.name(), "abnormal")
          .with("abnormal", "AML", "ALL", "APL", "CLL");

  private final long seed;
  private final int imageSize;
  private final int patientsPerLabel;
  private final double normalShareFromLeukemia;
  private final Map<Label, Integer> cells;

  private SyntheticSmear(Builder builder) {
    seed = builder.seed;
    imageSize = builder.imageSize;
    patientsPerLabel = builder.patientsPerLabel;
    normalShareFromLeukemia = builder.normalShareFromLeukemia;
    cells = new LinkedHashMap<>(builder.cells);
  }

  /** {@code cell(normal, abnormal(AML, ALL, APL, CLL))}. */
  public static Taxonomy taxonomy() {
    return CELLS;
  }

  /**
   * Draws one cell with its surroundings, 96 x 96 pixels.
   *
   * @param random only its {@code nextDouble} is used
   */
  public static CellImage cell(CellType type, PatientLook look, RandomGenerator random) {
    return cell(type, look, random, Builder.DEFAULT_SIZE);
  }

  /**
   * Draws one cell with its surroundings.
   *
   * @param random only its {@code nextDouble} is used
   * @param size of both sides in pixels, {@value #SMALLEST_IMAGE} to {@value #LARGEST_IMAGE}
   * @throws IllegalArgumentException where the size is outside its range
   */
  public static CellImage cell(CellType type, PatientLook look, RandomGenerator random, int size) {
    if (size < SMALLEST_IMAGE || size > LARGEST_IMAGE) {
      throw new IllegalArgumentException(Builder.sizeProblem(size));
    }
    return SmearPainter.paint(
        Objects.requireNonNull(type, "type"),
        Objects.requireNonNull(look, "look"),
        size,
        new Draws(Objects.requireNonNull(random, "random")));
  }

  /**
   * A data set in memory with the defaults of {@link #builder()}.
   *
   * @param cellsPerLabel of normal, AML, ALL, APL and CLL each
   * @param patientsPerLabel healthy, and with each leukaemia
   */
  public static Dataset dataset(long seed, int cellsPerLabel, int patientsPerLabel) {
    return builder()
        .seed(seed)
        .cellsPerLabel(cellsPerLabel)
        .patientsPerLabel(patientsPerLabel)
        .build()
        .dataset();
  }

  /** Starts from the defaults that its methods name. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Draws all cells and keeps them in memory: 3 bytes for every pixel. The id of a sample is the
   * path that {@link #write} gives its file, such as {@code
   * abnormal/AML/AML-02-0007-myeloblast.png}.
   */
  public Dataset dataset() {
    List<Plan> plans = plans();
    // Every cell has its own seed, so that drawing in parallel changes nothing.
    List<Sample> samples =
        IntStream.range(0, plans.size())
            .parallel()
            .mapToObj(
                i -> {
                  Plan plan = plans.get(i);
                  return new Sample(
                      plan.id(),
                      ImageSource.of(plan.id(), plan.draw(imageSize)),
                      plan.type().label(),
                      Optional.of(plan.patient().name()));
                })
            .toList();
    return Dataset.of("synthetic smear, seed " + seed, CELLS, samples);
  }

  /**
   * Writes the cells as PNG files into a folder tree that follows the taxonomy ({@code normal},
   * {@code abnormal/AML}, ...), and beside it {@value Datasets#MANIFEST_FILE} with the columns
   * {@code file,label,patient} and {@value Datasets#TAXONOMY_FILE}; either form can be read as a
   * data set, but only the manifest knows the patients. The pixels are the same on every machine;
   * the files may differ in how the Java version compresses them.
   *
   * @param folder new or empty
   * @return the manifest's path
   * @throws FileAlreadyExistsException where the folder holds anything, or is a file
   * @throws IOException where it cannot be written to
   */
  public Path write(Path folder) throws IOException {
    requireEmpty(folder);
    StringBuilder manifest = new StringBuilder("file,label,patient\n");
    for (Plan plan : plans()) {
      Path file = folder.resolve(plan.id());
      Files.createDirectories(file.getParent());
      if (!ImageIO.write(plan.draw(imageSize).toBufferedImage(), "png", file.toFile())) {
        throw new IOException("This Java has no PNG writer, so " + file + " cannot be written.");
      }
      manifest
          .append(String.join(",", plan.id(), plan.type().label().name(), plan.patient().name()))
          .append('\n');
    }
    Files.writeString(folder.resolve(Datasets.TAXONOMY_FILE), CELLS.toJson() + "\n");
    return Files.writeString(folder.resolve(Datasets.MANIFEST_FILE), manifest);
  }

  private static void requireEmpty(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> there = Files.list(folder)) {
      if (there.findAny().isPresent()) {
        throw new FileAlreadyExistsException(
            folder.toString(), null, "The folder must be new or empty; choose another.");
      }
    }
  }

  /** What to draw, patients taking turns. */
  private List<Plan> plans() {
    Map<Label, List<Patient>> patients = new LinkedHashMap<>();
    for (Label label : cells.keySet()) {
      String diagnosis = label.equals(NORMAL) ? "healthy" : label.name();
      patients.put(
          label,
          IntStream.rangeClosed(1, patientsPerLabel)
              .mapToObj(number -> Patient.of(seed, diagnosis, number))
              .toList());
    }
    List<Patient> ill =
        IntStream.range(0, patientsPerLabel)
            .boxed()
            .flatMap(
                i ->
                    patients.keySet().stream()
                        .filter(label -> !label.equals(NORMAL))
                        .map(label -> patients.get(label).get(i)))
            .toList();
    List<Plan> plans = new ArrayList<>();
    cells.forEach(
        (label, count) -> {
          int fromIll =
              label.equals(NORMAL) ? (int) Math.round(count * normalShareFromLeukemia) : 0;
          addPlans(plans, label, count - fromIll, patients.get(label));
          addPlans(plans, label, fromIll, ill);
        });
    return plans;
  }

  private static void addPlans(List<Plan> plans, Label label, int count, List<Patient> patients) {
    for (int i = 0; i < count; i++) {
      plans.add(Plan.of(label, patients.get(i % patients.size()), 1 + i / patients.size()));
    }
  }

  /** SplitMix64's finaliser, so that neighbouring seeds give unrelated numbers. */
  private static long scramble(long seed) {
    long z = seed + 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  private record Patient(String name, long seed, PatientLook look) {
    static Patient of(long seed, String diagnosis, int number) {
      long own = scramble(scramble(seed) + 31L * diagnosis.hashCode() + number);
      // Random's numbers are fixed by its specification; those of the newer generators are not.
      return new Patient(
          String.format(Locale.ROOT, "%s-%02d", diagnosis, number),
          own,
          PatientLook.draw(new Random(own)));
    }
  }

  private record Plan(CellType type, Patient patient, long seed, String id) {
    static Plan of(Label label, Patient patient, int number) {
      long own = scramble(patient.seed() + 31L * label.name().hashCode() + number);
      CellType type = CellType.draw(label, new Draws(new Random(own)));
      String folder =
          String.join("/", CELLS.pathTo(label).stream().skip(1).map(Label::name).toList());
      String file =
          String.format(
              Locale.ROOT, "%s/%s-%04d-%s.png", folder, patient.name(), number, type.slug());
      return new Plan(type, patient, own, file);
    }

    CellImage draw(int size) {
      return cell(type, patient.look(), new Random(scramble(seed)), size);
    }
  }

  /** Settings of a {@link SyntheticSmear}; not thread-safe. */
  public static final class Builder {
    private static final int DEFAULT_SIZE = 96;

    private long seed = 1;
    private int imageSize = DEFAULT_SIZE;
    private int patientsPerLabel = 8;
    private double normalShareFromLeukemia = 0.4;
    private final Map<Label, Integer> cells = new LinkedHashMap<>();

    private Builder() {
      cellsPerLabel(80);
    }

    /** Default 1. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * @param pixels of both sides, {@value #SMALLEST_IMAGE} to {@value #LARGEST_IMAGE}; default 96
     */
    public Builder imageSize(int pixels) {
      imageSize = pixels;
      return this;
    }

    /**
     * @param count of healthy people, and of patients with each leukaemia; default 8
     */
    public Builder patientsPerLabel(int count) {
      patientsPerLabel = count;
      return this;
    }

    /**
     * @param share of the normal cells that come from patients with leukaemia, in [0, 1]; default
     *     0.4
     */
    public Builder normalShareFromLeukemia(double share) {
      normalShareFromLeukemia = share;
      return this;
    }

    /**
     * @param count of cells for normal, AML, ALL, APL and CLL each; default 80
     */
    public Builder cellsPerLabel(int count) {
      CELLS.leaves().forEach(label -> cells.put(label, count));
      return this;
    }

    /**
     * Sets one label's count apart from the others', for an imbalanced data set.
     *
     * @param label {@code normal}, {@code AML}, {@code ALL}, {@code APL} or {@code CLL}
     */
    public Builder cells(Label label, int count) {
      cells.put(Objects.requireNonNull(label, "label"), count);
      return this;
    }

    /**
     * @throws IllegalArgumentException where a setting is outside its range; the message has all of
     *     them
     */
    public SyntheticSmear build() {
      List<String> problems = new ArrayList<>();
      if (imageSize < SMALLEST_IMAGE || imageSize > LARGEST_IMAGE) {
        problems.add(sizeProblem(imageSize));
      }
      if (patientsPerLabel < 1) {
        problems.add("patientsPerLabel must be at least 1; found " + patientsPerLabel + ".");
      }
      if (!(normalShareFromLeukemia >= 0 && normalShareFromLeukemia <= 1)) {
        problems.add(
            "normalShareFromLeukemia must be in [0, 1]; found " + normalShareFromLeukemia + ".");
      }
      cells.forEach(
          (label, count) -> {
            if (!CELLS.leaves().contains(label)) {
              problems.add("A label must be one of " + CELLS.leaves() + "; found " + label + ".");
            } else if (count < 1) {
              problems.add("There must be at least 1 cell of " + label + "; found " + count + ".");
            }
          });
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join(" ", problems));
      }
      return new SyntheticSmear(this);
    }

    private static String sizeProblem(int size) {
      return "The image size must be "
          + SMALLEST_IMAGE
          + " to "
          + LARGEST_IMAGE
          + " pixels; found "
          + size
          + ".";
    }
  }
}
