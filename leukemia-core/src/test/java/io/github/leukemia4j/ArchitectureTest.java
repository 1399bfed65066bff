package io.github.leukemia4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the layout of the library promises. */
class ArchitectureTest {
  private static final String ROOT = "io.github.leukemia4j";
  private static final JavaClasses CORE = read();

  /** Classes of dependencies are known by their names alone, which saves a minute. */
  private static JavaClasses read() {
    boolean before = ArchConfiguration.get().resolveMissingDependenciesFromClassPath();
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    try {
      return new ClassFileImporter()
          .importPath(
              Path.of(Label.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    } finally {
      ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(before);
    }
  }

  /**
   * Sub-packages count as packages of their own. The root package is left out of the slices: it is
   * the vocabulary that all others speak and the front door, whose static open, read and decode
   * methods call into them.
   */
  @Test
  void packagesDependOnEachOtherWithoutCycles() {
    SlicesRuleDefinition.slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CORE);
  }

  /** The vocabulary must be readable without the features that use it. */
  @Test
  void vocabularyUsesOtherPackagesThroughItsFrontDoorsAlone() {
    noClasses()
        .that()
        .resideInAPackage(ROOT)
        .and(
            DescribedPredicate.describe(
                "are no front doors",
                c ->
                    !c.isEquivalentTo(LeukemiaClassifier.class)
                        && !c.isEquivalentTo(CellImage.class)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".*..")
        .check(CORE);
  }

  @Test
  void coreKnowsNoBackend() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.tensorflow..",
            "org.bytedeco..",
            ROOT + ".tf..",
            ROOT + ".onnx..",
            ROOT + ".synthetic..",
            ROOT + ".cli..")
        .check(CORE);
  }

  @Test
  void nothingIsPrinted() {
    GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CORE);
    noClasses()
        .should()
        .callMethodWhere(JavaAccess.Predicates.target(HasName.Predicates.name("printStackTrace")))
        .check(CORE);
  }

  @Test
  void nothingIsLoggedButByTheSystemLogger() {
    GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CORE);
  }

  @Test
  void noPackageIsADrawerForThisAndThat() {
    noClasses()
        .should()
        .resideInAnyPackage(
            ROOT + "..util..",
            ROOT + "..impl..",
            ROOT + "..common..",
            ROOT + "..helper..",
            ROOT + "..manager..")
        .check(CORE);
  }

  /** Otherwise a change of a dependency would be a change of this library's interface. */
  @Test
  void publicSignaturesShowTheJdkAndTheLibraryAlone() throws Exception {
    Set<String> exported = exportedToAll();
    ArchRuleDefinition.members()
        .that()
        .areDeclaredInClassesThat(
            DescribedPredicate.describe(
                "can be seen by users",
                type -> exported.contains(type.getPackageName()) && visible(type)))
        .should(
            new ArchCondition<JavaMember>("show JDK and core types only") {
              @Override
              public void check(JavaMember member, ConditionEvents events) {
                if (!member.getModifiers().contains(JavaModifier.PUBLIC)
                    && !member.getModifiers().contains(JavaModifier.PROTECTED)) {
                  return;
                }
                member.getAllInvolvedRawTypes().stream()
                    .map(JavaClass::getBaseComponentType)
                    .filter(type -> !type.isPrimitive())
                    .filter(
                        type ->
                            !type.getPackageName().startsWith("java.")
                                && !type.getPackageName().startsWith("javax.")
                                && !type.getPackageName().startsWith(ROOT))
                    .forEach(
                        type ->
                            events.add(
                                SimpleConditionEvent.violated(
                                    member, member.getFullName() + " shows " + type.getName())));
              }
            })
        .check(CORE);
  }

  /** A ratchet: whoever hides types lowers it, and nobody raises it. The aim is 70. */
  private static final int PUBLIC_TYPES = 77;

  @Test
  void exportsFewTypesToAll() throws Exception {
    Set<String> exported = exportedToAll();
    assertThat(exportedTypes(exported)).hasSizeLessThanOrEqualTo(PUBLIC_TYPES);
  }

  /** Otherwise a modular program could call what gives or takes a type, and not name the type. */
  @Test
  void exportedSignaturesShowExportedTypesAlone() throws Exception {
    Set<String> exported = exportedToAll();
    Set<String> hidden = new TreeSet<>();
    for (JavaClass type : CORE) {
      if (exported.contains(type.getPackageName()) && visible(type)) {
        for (JavaMember member : type.getMembers()) {
          if (member.getModifiers().contains(JavaModifier.PUBLIC)) {
            member.getAllInvolvedRawTypes().stream()
                .map(JavaClass::getBaseComponentType)
                .filter(shown -> shown.getPackageName().startsWith(ROOT))
                .filter(shown -> !exported.contains(shown.getPackageName()) || !visible(shown))
                .forEach(shown -> hidden.add(member.getFullName() + " shows " + shown.getName()));
          }
        }
      }
    }
    assertThat(hidden).isEmpty();
  }

  private static Set<String> exportedToAll() throws Exception {
    Path classes = Path.of(Label.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (InputStream descriptor = Files.newInputStream(classes.resolve("module-info.class"))) {
      return ModuleDescriptor.read(descriptor).exports().stream()
          .filter(exports -> !exports.isQualified())
          .map(ModuleDescriptor.Exports::source)
          .collect(Collectors.toSet());
    }
  }

  private static List<String> exportedTypes(Set<String> exported) {
    return CORE.stream()
        .filter(type -> exported.contains(type.getPackageName()) && visible(type))
        .filter(type -> type.getEnclosingClass().isEmpty())
        .map(JavaClass::getName)
        .sorted()
        .toList();
  }

  private static boolean visible(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(ArchitectureTest::visible).orElse(true);
  }
}
