package io.github.leukemia4j.tf;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the layout of this module promises. */
class ArchitectureTest {
  private static final JavaClasses OURS = read();

  /**
   * The thousands of classes of TensorFlow are known by their names alone, which saves a minute.
   */
  private static JavaClasses read() {
    boolean before = ArchConfiguration.get().resolveMissingDependenciesFromClassPath();
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    try {
      return new ClassFileImporter()
          .importPath(
              Path.of(TfBackend.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    } finally {
      ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(before);
    }
  }

  /** That the core knows nothing of this module, its own tests say. */
  @Test
  void dependenciesRunFromHereToTheCoreAlone() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.github.leukemia4j.onnx..",
            "io.github.leukemia4j.synthetic..",
            "io.github.leukemia4j.cli..")
        .check(OURS);
    classes().should().resideInAPackage("io.github.leukemia4j.tf..").check(OURS);
  }

  @Test
  void nothingIsPrinted() {
    GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(OURS);
    noClasses()
        .should()
        .callMethodWhere(JavaAccess.Predicates.target(HasName.Predicates.name("printStackTrace")))
        .check(OURS);
  }

  /** Everything else stays free to change with TensorFlow Java. */
  @Test
  void publicSignaturesShowTensorFlowOnlyWhereNetworksAndLossesAreBuilt() {
    Set<String> shown = new TreeSet<>();
    Set<String> visible = new TreeSet<>();
    for (JavaClass type : OURS) {
      if (!visible(type)) {
        continue;
      }
      visible.add(outermost(type).getSimpleName());
      for (JavaMember member : type.getMembers()) {
        if (visible(member) && showsTensorFlow(member)) {
          shown.add(outermost(type).getSimpleName());
        }
      }
    }
    assertThat(visible)
        .containsExactlyInAnyOrder(
            "Diagnosis",
            "TensorBoardListener",
            "TfArchitecture",
            "TfBackend",
            "TfFeatures",
            "TfLayers",
            "TfLoss",
            "TfOptimizer",
            "TfUpdate",
            "TfWeight");
    assertThat(shown)
        .containsExactlyInAnyOrder(
            "TfArchitecture", "TfLayers", "TfLoss", "TfUpdate", "TfOptimizer", "TfWeight");
  }

  private static boolean showsTensorFlow(JavaMember member) {
    return member.getAllInvolvedRawTypes().stream().anyMatch(ArchitectureTest::isTensorFlows)
        || (member instanceof JavaCodeUnit unit
            && unit.getExceptionTypes().stream().anyMatch(ArchitectureTest::isTensorFlows));
  }

  private static boolean isTensorFlows(JavaClass type) {
    return type.getBaseComponentType().getPackageName().startsWith("org.tensorflow")
        || type.getBaseComponentType().getPackageName().startsWith("org.bytedeco");
  }

  private static boolean visible(JavaMember member) {
    return member.getModifiers().contains(JavaModifier.PUBLIC)
        || member.getModifiers().contains(JavaModifier.PROTECTED);
  }

  private static boolean visible(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(ArchitectureTest::visible).orElse(true);
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
  }
}
