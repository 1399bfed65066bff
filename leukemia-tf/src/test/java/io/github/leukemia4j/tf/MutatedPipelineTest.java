package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.store.ChecksummedJson;
import io.github.leukemia4j.training.NetworkConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages pipelines in every way that a disk, a careless hand or a hostile one may. Each must be
 * refused as no good, or open and say of every image what it said before. The property {@code
 * leukemia4j.mutations} says how many are tried.
 */
class MutatedPipelineTest {
  private static final Taxonomy CELL =
      Taxonomy.of("cell").with("cell", "normal", "abnormal").with("abnormal", "AML", "ALL", "APL");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> EVIL_NAMES =
      List.of(
          "../evil",
          "../../evil",
          "/tmp/leukemia4j-evil",
          "1-cell/../../evil",
          "..\\evil",
          "C:\\evil",
          "C:evil",
          "\\\\server\\evil",
          "1-cell/saved_model/../../../evil",
          "./../evil",
          ".hidden",
          "a".repeat(500),
          "a/".repeat(50) + "a",
          "evil\u0000.json",
          "pipeline.json/evil",
          "\u202Eevil");

  @TempDir private Path directory;

  @Test
  void areRefusedOrSayTheSame() throws Exception {
    int count = Integer.getInteger("leukemia4j.mutations", 170);
    Path good = DrawnModels.pipeline(directory.resolve("good"), CELL, NetworkConfig.small(), 16, 5);
    Files.writeString(directory.resolve("outside.json"), "{}");
    List<CellImage> images = DrawnModels.images(4, 16, 1);
    Map<Label, List<Map<Label, Double>>> expected;
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(good)) {
      expected = probabilities(pipeline, images);
    }
    List<Path> before = list();
    long scopes = TfScope.live();
    Map<String, Integer> outcomes = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      Mutation kind = Mutation.values()[i % Mutation.values().length];
      String what = kind + ", mutation " + i;
      Path copy = copy(good, directory.resolve("mutant"));
      Path mutant = mutate(kind, copy, new SplittableRandom(i));
      String outcome;
      try (MultilevelPipeline pipeline = MultilevelPipeline.load(mutant)) {
        assertThat(probabilities(pipeline, images)).as(what).isEqualTo(expected);
        outcome = "opened";
      } catch (ModelFormatException | IOException e) {
        assertThat(e.getMessage()).as(what).isNotBlank();
        outcome = "refused";
      } catch (RuntimeException e) {
        throw new AssertionError(what + " must be refused as no model; found " + e, e);
      }
      outcomes.merge(kind + " " + outcome, 1, Integer::sum);
      delete(copy);
      Files.deleteIfExists(directory.resolve("mutant.zip"));
      assertThat(list()).as(what).isEqualTo(before);
    }
    assertThat(TfScope.live()).isEqualTo(scopes);
    System.getLogger(MutatedPipelineTest.class.getName())
        .log(System.Logger.Level.INFO, "Mutations: " + outcomes);
    // Where nothing opened or nothing was refused, the mutations were no test.
    assertThat(outcomes.keySet()).anyMatch(o -> o.endsWith("opened"));
    assertThat(outcomes.keySet()).anyMatch(o -> o.endsWith("refused"));
    assertThat(outcomes)
        .containsKeys("ZIP_WHOLE opened", "FLIP refused")
        .doesNotContainKeys("LINK_OUTSIDE opened", "ZIP_EVIL_NAME opened");
  }

  private static Map<Label, List<Map<Label, Double>>> probabilities(
      MultilevelPipeline pipeline, List<CellImage> images) {
    Map<Label, List<Map<Label, Double>>> all = new LinkedHashMap<>();
    pipeline
        .classifyAtAllStages(images)
        .forEach(
            (stage, predictions) ->
                all.put(stage, predictions.stream().map(MutatedPipelineTest::byLabel).toList()));
    return all;
  }

  private static Map<Label, Double> byLabel(Prediction prediction) {
    Map<Label, Double> byLabel = new LinkedHashMap<>();
    for (Label label : prediction.labels().labels()) {
      byLabel.put(label, prediction.probabilityOf(label));
    }
    return byLabel;
  }

  private enum Mutation {
    FLIP,
    CUT,
    EMPTY,
    SWAP,
    SWAP_STAGES,
    RENAME,
    REMOVE,
    ADD,
    LINK_OUTSIDE,
    FIELD_REMOVED,
    FIELD_OVERSIZED,
    FIELD_OF_WRONG_TYPE,
    FIELD_NULL,
    ZIP_WHOLE,
    ZIP_EVIL_NAME,
    ZIP_DAMAGED,
    ZIP_OF_MUTANT
  }

  private Path mutate(Mutation kind, Path pipeline, SplittableRandom random) throws IOException {
    List<Path> files = files(pipeline);
    Path file = files.get(random.nextInt(files.size()));
    Path other = files.get(random.nextInt(files.size()));
    switch (kind) {
      case FLIP -> flip(file, random);
      case CUT -> {
        byte[] content = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(content, random.nextInt(content.length)));
      }
      case EMPTY -> Files.write(file, new byte[0]);
      case SWAP -> {
        byte[] content = Files.readAllBytes(file);
        Files.write(file, Files.readAllBytes(other));
        Files.write(other, content);
      }
      case SWAP_STAGES -> {
        Path aside = pipeline.resolve("aside");
        Files.move(pipeline.resolve("1-cell"), aside);
        Files.move(pipeline.resolve("2-abnormal"), pipeline.resolve("1-cell"));
        Files.move(aside, pipeline.resolve("2-abnormal"));
      }
      case RENAME -> Files.move(file, file.resolveSibling("renamed" + random.nextInt(9)));
      case REMOVE -> Files.delete(file);
      case ADD -> Files.write(file.resolveSibling("added.json"), new byte[random.nextInt(99)]);
      case LINK_OUTSIDE -> {
        Path target =
            random.nextBoolean() ? directory.resolve("outside.json") : twin(file, pipeline);
        Files.delete(file);
        Files.createSymbolicLink(file, target);
      }
      case FIELD_REMOVED, FIELD_OVERSIZED, FIELD_OF_WRONG_TYPE, FIELD_NULL ->
          mutateJson(kind, pipeline, random);
      case ZIP_WHOLE -> {
        return zip(pipeline, random.nextBoolean() ? "" : "folder/", null);
      }
      case ZIP_EVIL_NAME -> {
        return zip(pipeline, "", EVIL_NAMES.get(random.nextInt(EVIL_NAMES.size())));
      }
      case ZIP_DAMAGED -> {
        Path zip = zip(pipeline, "", null);
        if (random.nextBoolean()) {
          flip(zip, random);
        } else {
          byte[] content = Files.readAllBytes(zip);
          Files.write(zip, Arrays.copyOf(content, random.nextInt(content.length)));
        }
        return zip;
      }
      case ZIP_OF_MUTANT -> {
        Mutation[] before = {Mutation.FLIP, Mutation.REMOVE, Mutation.ADD, Mutation.FIELD_NULL};
        mutate(before[random.nextInt(before.length)], pipeline, random);
        return zip(pipeline, "", null);
      }
      default -> throw new IllegalArgumentException(kind.name());
    }
    return pipeline;
  }

  /** The same file of the untouched pipeline: right in everything but its place. */
  private Path twin(Path file, Path pipeline) {
    return directory.resolve("good").resolve(pipeline.relativize(file));
  }

  private static void flip(Path file, SplittableRandom random) throws IOException {
    byte[] content = Files.readAllBytes(file);
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      content[random.nextInt(content.length)] ^= (byte) (1 << random.nextInt(8));
    }
    Files.write(file, content);
  }

  /** Changes one field and signs the whole again, so that no digest shows it. */
  private static void mutateJson(Mutation kind, Path pipeline, SplittableRandom random)
      throws IOException {
    List<String> signed =
        List.of("pipeline.json", "1-cell/manifest.json", "2-abnormal/manifest.json");
    Path file = pipeline.resolve(signed.get(random.nextInt(signed.size())));
    ObjectNode tree = (ObjectNode) JSON.readTree(file.toFile());
    tree.remove("digest");
    List<ContainerNode<?>> holders = new ArrayList<>();
    List<Object> places = new ArrayList<>();
    collect(tree, holders, places);
    int at = random.nextInt(places.size());
    ContainerNode<?> holder = holders.get(at);
    JsonNode old =
        places.get(at) instanceof String name
            ? holder.get(name)
            : holder.get((Integer) places.get(at));
    JsonNode changed =
        switch (kind) {
          case FIELD_OVERSIZED -> oversized(old, random);
          case FIELD_OF_WRONG_TYPE -> otherType(old, random);
          case FIELD_NULL -> JsonNodeFactory.instance.nullNode();
          default -> null;
        };
    if (holder instanceof ObjectNode object && places.get(at) instanceof String name) {
      if (changed == null) {
        object.remove(name);
      } else {
        object.set(name, changed);
      }
    } else if (holder instanceof ArrayNode array && places.get(at) instanceof Integer index) {
      if (changed == null) {
        array.remove(index);
      } else {
        array.set(index, changed);
      }
    }
    ChecksummedJson.write(file, tree);
  }

  private static void collect(
      ContainerNode<?> node, List<ContainerNode<?>> holders, List<Object> places) {
    if (node instanceof ObjectNode object) {
      object
          .fieldNames()
          .forEachRemaining(
              name -> {
                holders.add(object);
                places.add(name);
              });
    } else {
      for (int i = 0; i < node.size(); i++) {
        holders.add(node);
        places.add(i);
      }
    }
    node.forEach(
        child -> {
          if (child instanceof ContainerNode<?> container) {
            collect(container, holders, places);
          }
        });
  }

  private static JsonNode oversized(JsonNode old, SplittableRandom random) {
    JsonNodeFactory make = JsonNodeFactory.instance;
    if (old.isNumber()) {
      return switch (random.nextInt(4)) {
        case 0 -> make.numberNode(Long.MAX_VALUE);
        case 1 -> make.numberNode(1e308);
        case 2 -> make.numberNode(-1e308);
        default -> make.numberNode(java.math.BigInteger.TEN.pow(500));
      };
    }
    if (old instanceof ArrayNode array) {
      ArrayNode many = make.arrayNode();
      for (int i = 0; i < 20_000; i++) {
        many.add(array.isEmpty() ? make.textNode("x" + i) : array.get(i % array.size()));
      }
      return many;
    }
    if (old instanceof ObjectNode object) {
      ObjectNode many = object.deepCopy();
      for (int i = 0; i < 20_000; i++) {
        many.put("field" + i, i);
      }
      return many;
    }
    return make.textNode("x".repeat(random.nextBoolean() ? 1 << 20 : 17 << 20));
  }

  private static JsonNode otherType(JsonNode old, SplittableRandom random) {
    JsonNodeFactory make = JsonNodeFactory.instance;
    List<JsonNode> others = new ArrayList<>();
    if (!old.isTextual()) {
      others.add(make.textNode("text"));
      others.add(make.textNode("1"));
    }
    if (!old.isNumber()) {
      others.add(make.numberNode(7));
      others.add(make.numberNode(0.5));
    }
    if (!old.isArray()) {
      others.add(make.arrayNode().add(1));
      others.add(make.arrayNode());
    }
    if (!old.isObject()) {
      others.add(make.objectNode().put("a", "b"));
      others.add(make.objectNode());
    }
    others.add(make.booleanNode(true));
    return others.get(random.nextInt(others.size()));
  }

  private Path zip(Path pipeline, String prefix, String extra) throws IOException {
    Path zip = directory.resolve("mutant.zip");
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(out)) {
      for (Path file : files(pipeline)) {
        String name = pipeline.relativize(file).toString().replace('\\', '/');
        entries.putNextEntry(new ZipEntry(prefix + name));
        Files.copy(file, entries);
      }
      if (extra != null) {
        entries.putNextEntry(new ZipEntry(extra));
        entries.write(1);
      }
    }
    return zip;
  }

  private List<Path> list() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.sorted().toList();
    }
  }

  private static List<Path> files(Path pipeline) throws IOException {
    try (Stream<Path> all = Files.walk(pipeline)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static Path copy(Path from, Path to) throws IOException {
    for (Path file : files(from)) {
      Path target = to.resolve(from.relativize(file));
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    }
    return to;
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
