package io.github.leukemia4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaxonomyTest {
  private static final Taxonomy DEEP =
      Taxonomy.of("cell")
          .with("cell", "normal", "abnormal")
          .with("abnormal", "acute", "chronic")
          .with("acute", "AML", "ALL", "APL");

  private static Label label(String name) {
    return Label.of(name);
  }

  private static List<Label> labels(String... names) {
    return Stream.of(names).map(Label::of).toList();
  }

  @Nested
  class Building {
    @Test
    void leavesTheTreeItStartsFromAsItWas() {
      Taxonomy small = Taxonomy.of("cell");
      small.with("cell", "a", "b");
      assertThat(small.labels()).containsExactly(label("cell"));
      assertThat(small.innerNodes()).isEmpty();
      assertThat(small.leaves()).containsExactly(label("cell"));
    }

    @Test
    void needsTwoChildren() {
      assertThatThrownBy(() -> Taxonomy.of("cell").with("cell", "normal"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "A node with children needs at least two, or there is nothing to classify; found"
                  + " [normal] under cell. Add a second child, or leave the only one out.");
      assertThatThrownBy(() -> Taxonomy.of("cell").with("cell"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found []");
    }

    @ParameterizedTest
    @CsvSource({"normal,x,and under cell", "x,x,and under abnormal", "cell,x,and as the root"})
    void needsNamesThatAreUniqueInTheWholeTree(String first, String second, String where) {
      Taxonomy tree = Taxonomy.of("cell").with("cell", "normal", "abnormal");
      assertThatThrownBy(() -> tree.with("abnormal", second, first))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("unique in the whole taxonomy; found " + first + " under abnormal")
          .hasMessageContaining(where);
    }

    @Test
    void givesChildrenOnceAndToNodesOfTheTree() {
      assertThatThrownBy(() -> DEEP.with("cell", "x", "y"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cell has [normal, abnormal]");
      assertThatThrownBy(() -> DEEP.with("lymphoma", "x", "y"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must be in the taxonomy")
          .hasMessageContaining("found lymphoma");
    }
  }

  @Nested
  class OfThreeLevels {
    @Test
    void listsParentsBeforeTheirChildren() {
      assertThat(DEEP.labels())
          .isEqualTo(labels("cell", "normal", "abnormal", "acute", "chronic", "AML", "ALL", "APL"));
      assertThat(DEEP.innerNodes()).isEqualTo(labels("cell", "abnormal", "acute"));
      assertThat(DEEP.leaves()).isEqualTo(labels("normal", "chronic", "AML", "ALL", "APL"));
      assertThat(DEEP).hasToString("cell(normal, abnormal(acute(AML, ALL, APL), chronic))");
    }

    @Test
    void knowsTheWayUpAndDown() {
      assertThat(DEEP.root()).isEqualTo(label("cell"));
      assertThat(DEEP.parent(label("cell"))).isEmpty();
      assertThat(DEEP.parent(label("acute"))).contains(label("abnormal"));
      assertThat(DEEP.pathTo(label("APL"))).isEqualTo(labels("cell", "abnormal", "acute", "APL"));
      assertThat(DEEP.pathTo(label("cell"))).isEqualTo(labels("cell"));
      assertThat(DEEP.children(label("chronic"))).isEmpty();
      assertThat(DEEP.contains(label("acute"))).isTrue();
      assertThat(DEEP.contains(label("Acute"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
      "cell,APL,abnormal",
      "cell,abnormal,abnormal",
      "cell,normal,normal",
      "abnormal,APL,acute",
      "abnormal,chronic,chronic",
      "acute,APL,APL"
    })
    void answersForASampleAtOrBelowAChild(String node, String label, String child) {
      assertThat(DEEP.childTowards(label(node), label(label))).contains(label(child));
    }

    @ParameterizedTest
    @CsvSource({
      "cell,cell",
      "abnormal,abnormal",
      "abnormal,cell",
      "abnormal,normal",
      "acute,chronic",
      "acute,acute",
      "normal,normal",
      "normal,APL"
    })
    void hasNoAnswerForASampleAboveOrElsewhere(String node, String label) {
      assertThat(DEEP.childTowards(label(node), label(label))).isEmpty();
    }

    @Test
    void rejectsLabelsThatItDoesNotHave() {
      Label foreign = label("MDS");
      for (org.assertj.core.api.ThrowableAssert.ThrowingCallable call :
          List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
              () -> DEEP.children(foreign),
              () -> DEEP.parent(foreign),
              () -> DEEP.pathTo(foreign),
              () -> DEEP.positive(foreign),
              () -> DEEP.labelSet(foreign),
              () -> DEEP.childTowards(foreign, DEEP.root()),
              () -> DEEP.childTowards(DEEP.root(), foreign))) {
        assertThatThrownBy(call)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("found MDS");
      }
    }
  }

  @Nested
  class Positive {
    @Test
    void isTheChildCalledAbnormal() {
      assertThat(DEEP.positive(label("cell"))).contains(label("abnormal"));
      // Also where another child is the only one with children.
      Taxonomy tree =
          Taxonomy.of("cell")
              .with("cell", "abnormal", "normal")
              .with("normal", "lymphocyte", "monocyte");
      assertThat(tree.positive(label("cell"))).contains(label("abnormal"));
    }

    @Test
    void isElseTheOnlyChildWithChildren() {
      assertThat(DEEP.positive(label("abnormal"))).contains(label("acute"));
      assertThat(DEEP.positive(label("acute"))).isEmpty();
      Taxonomy both =
          Taxonomy.of("cell").with("cell", "x", "y").with("x", "x1", "x2").with("y", "y1", "y2");
      assertThat(both.positive(label("cell"))).isEmpty();
      assertThat(both.positive(label("x1"))).isEmpty();
    }

    @Test
    void isTheNamedOneBeforeAll() {
      Taxonomy named = DEEP.withPositive("cell", "normal").withPositive("acute", "APL");
      assertThat(named.positive(label("cell"))).contains(label("normal"));
      assertThat(named.positive(label("acute"))).contains(label("APL"));
      assertThat(named).isNotEqualTo(DEEP);
      assertThat(named.labelSet(label("acute")))
          .isEqualTo(LabelSet.of("AML", "ALL", "APL").withPositive(label("APL")));
    }

    @Test
    void mustBeAChild() {
      assertThatThrownBy(() -> DEEP.withPositive("cell", "APL"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The positive child of cell must be one of [normal, abnormal]; found APL.");
    }

    @Test
    void isMarkedInTheStagesLabels() {
      assertThat(DEEP.labelSet(label("cell")))
          .isEqualTo(LabelSet.of("normal", "abnormal").withPositive(label("abnormal")));
      assertThat(DEEP.labelSet(label("acute"))).isEqualTo(LabelSet.of("AML", "ALL", "APL"));
      assertThatThrownBy(() -> DEEP.labelSet(label("APL")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "A stage must be a node with children, one of [cell, abnormal, acute]; found APL.");
    }
  }

  @Nested
  class Json {
    @TempDir Path folder;

    @Test
    void isReadAsItWasWritten() throws IOException {
      Taxonomy tree = DEEP.withPositive("acute", "APL");
      assertThat(Taxonomy.parse(tree.toJson())).isEqualTo(tree).hasSameHashCodeAs(tree);
      Path file = Files.writeString(folder.resolve("taxonomy.json"), tree.toJson());
      assertThat(Taxonomy.read(file)).isEqualTo(tree);
      assertThat(Taxonomy.parse("{\"name\": \"cell\"}")).isEqualTo(Taxonomy.of("cell"));
    }

    @Test
    void saysNothingOfWhatIsNotThere() {
      assertThat(Taxonomy.of("cell").with("cell", "a", "b").toJson())
          .doesNotContain("positive", "null", "[ ]");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "{\"name\": \"cell\" | A taxonomy must be a tree",
          "null | with a \"name\"; found null",
          "{} | with a \"name\"",
          "[] | A taxonomy must be a tree",
          "`` | A taxonomy must be a tree",
          "\"cell\" | A taxonomy must be a tree",
          "{\"name\": \"cell\"} {\"name\": \"x\"} | A taxonomy must be a tree",
          "{\"name\": \"cell\", \"childs\": []} | childs",
          "{\"name\": \"cell\", \"name\": \"tissue\"} | Duplicate field 'name'",
          "{\"name\": \"cell\", \"children\": {\"name\": \"a\"}} | A taxonomy must be a tree",
          "{\"name\": \"cell\", \"children\": [null, null]} | Every child of cell must have a",
          "{\"name\": \"cell\", \"children\": [{\"name\": \"a\"}, {}]} | Every child of cell",
          "{\"name\": \"cell\", \"children\": [{\"name\": \"a\"}]} | at least two",
          "{\"name\": \"cell\", \"children\": [{\"name\": \"a\"}, {\"name\": \"a\"}]} | unique",
          "{\"name\": \"cell\", \"children\": [{\"name\": \"a\"}, {\"name\": \" \"}]} | A label must",
          "{\"name\": \"\"} | A label must be",
          "{\"name\": \"cell\", \"positive\": \"x\"} | The positive child of cell must be one of []",
          "{\"name\": [\"cell\"]} | A taxonomy must be a tree"
        })
    void thatIsNoTaxonomyIsRefusedWithTheReason(String json, String reason) throws IOException {
      assertThatThrownBy(() -> Taxonomy.parse(json))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(reason);
      Path file = Files.writeString(folder.resolve("wrong.json"), json);
      assertThatThrownBy(() -> Taxonomy.read(file))
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith(file.toString())
          .hasMessageContaining(reason);
    }

    @Test
    void thatIsCutIsRefusedWithThePlace() {
      assertThatThrownBy(() -> Taxonomy.parse("{\n \"name\": \"cell\",\n \"children\": ["))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("line 3");
    }

    @Test
    void thatIsNestedWithoutEndIsRefused() {
      String nested = "{\"name\":\"a\",\"children\":[".repeat(100_000);
      assertThatThrownBy(() -> Taxonomy.parse(nested)).isInstanceOf(DataException.class);
    }

    @Test
    void thatIsMissingIsAnIoException() {
      assertThatThrownBy(() -> Taxonomy.read(folder.resolve("none.json")))
          .isInstanceOf(NoSuchFileException.class);
    }
  }
}
