package dev.afina;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.afina.training.ProgressBar;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The directions of import that ARCHITECTURE.md draws. */
@AnalyzeClasses(packages = "dev.afina", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule leaves_importNothingOfOurs =
      noClasses()
          .that()
          .resideInAnyPackage("dev.afina.metrics..", "dev.afina.internal.engine..")
          .or()
          .resideInAnyPackage("dev.afina.tokenization..", "dev.afina.hub..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.afina",
              "dev.afina.data..",
              "dev.afina.internal.model..",
              "dev.afina.internal.checkpoint..",
              "dev.afina.training..");

  @ArchTest
  static final ArchRule files_knowNothingOfOurs =
      noClasses()
          .that()
          .resideInAPackage("dev.afina.internal.files..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.afina..")
                  .and(not(resideInAPackage("dev.afina.internal.files.."))));

  @ArchTest
  static final ArchRule data_knowsNoTensorAndNoModel =
      noClasses()
          .that()
          .resideInAnyPackage("dev.afina.data..", "dev.afina.internal.yaml..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.afina..", "ai.djl..")
                  .and(not(resideInAnyPackage("dev.afina.data..", "dev.afina.hub..")))
                  .and(not(resideInAPackage("dev.afina.internal.."))));

  @ArchTest
  static final ArchRule natives_knowNothingOfOursOrDjls =
      noClasses()
          .that()
          .resideInAPackage("dev.afina.internal.natives..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.afina..", "ai.djl..")
                  .and(not(resideInAPackage("dev.afina.internal.natives.."))));

  @ArchTest
  static final ArchRule vectors_knowNothingOfOursOrDjls =
      noClasses()
          .that()
          .resideInAPackage("dev.afina.internal.vector..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.afina..", "ai.djl..")
                  .and(not(resideInAPackage("dev.afina.internal.vector.."))));

  /** A JVM without the module must not load a class that names it. */
  @ArchTest
  static final ArchRule onlyVectors_nameTheIncubatingModule =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.afina.internal.vector..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jdk.incubator..");

  @ArchTest
  static final ArchRule training_knowsNoModelAndNoText =
      noClasses()
          .that()
          .resideInAPackage("dev.afina.training..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.afina",
              "dev.afina.data..",
              "dev.afina.internal.model..",
              "dev.afina.internal.checkpoint..",
              "dev.afina.tokenization..",
              "dev.afina.hub..");

  @ArchTest
  static final ArchRule models_knowNoDataAndNoTraining =
      noClasses()
          .that()
          .resideInAnyPackage("dev.afina.internal.model..", "dev.afina.internal.checkpoint..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.afina", "dev.afina.data..", "dev.afina.training..")
                  .and(not(type(CheckpointException.class))));

  /** They may throw what users catch, and take and make plain values. */
  @ArchTest
  static final ArchRule internals_knowNoBuilderAndNoTextModel =
      noClasses()
          .that()
          .resideInAPackage("dev.afina.internal..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.afina")
                  .and(
                      not(
                          belongToAnyOf(
                              CheckpointException.class,
                              Decision.class,
                              DeadlineExceededException.class,
                              InFlight.class,
                              ModelListener.class,
                              OverloadedException.class,
                              Reading.class))));

  @ArchTest
  static final ArchRule tensors_stayOutOfTheLeavesAndCheckpoints =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.afina.metrics..", "dev.afina.hub..", "dev.afina.internal.checkpoint..")
          .or()
          .resideInAPackage("dev.afina.tokenization..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl.ndarray..", "ai.djl.engine..", "ai.djl.pytorch..");

  @ArchTest
  static final ArchRule cardsAndReports_knowFactsAndNoModel =
      noClasses()
          .that()
          .resideInAnyPackage("dev.afina.card..", "dev.afina.explain..", "dev.afina.report..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.afina",
              "dev.afina.internal.model..",
              "dev.afina.internal.checkpoint..",
              "dev.afina.internal.engine..",
              "ai.djl..");

  /** So that the insides can change with any version. */
  @ArchTest
  static final ArchRule publicSignatures_nameNothingInternal =
      methods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat(
              describe("users can name", ArchitectureTest::isPublicWithAllAroundIt))
          .and()
          .areDeclaredInClassesThat()
          .resideInAnyPackage(
              "dev.afina",
              "dev.afina.card",
              "dev.afina.data",
              "dev.afina.explain",
              "dev.afina.hub",
              "dev.afina.report")
          .should(nameNothingInternal());

  /** What is nested in an interface is public, which means nothing if the interface is not. */
  private static boolean isPublicWithAllAroundIt(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(ArchitectureTest::isPublicWithAllAroundIt).orElse(true);
  }

  private static ArchCondition<JavaMethod> nameNothingInternal() {
    DescribedPredicate<JavaClass> internal = resideInAnyPackage("dev.afina.internal..", "ai.djl..");
    return new ArchCondition<>("have no internal type in their signature") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        Set<JavaClass> named = new HashSet<>(method.getReturnType().getAllInvolvedRawTypes());
        method.getParameterTypes().forEach(type -> named.addAll(type.getAllInvolvedRawTypes()));
        named.stream()
            .filter(internal)
            .forEach(
                type ->
                    events.add(
                        SimpleConditionEvent.violated(
                            method, method.getFullName() + " names " + type.getName())));
      }
    };
  }

  @ArchTest
  static final ArchRule pytorch_isNamedInOneModuleOnly =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.afina.internal.engine..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl.pytorch..");

  @ArchTest
  static final ArchRule yaml_isReadInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.afina.internal.yaml..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.snakeyaml..");

  /**
   * DJL lays numbers and arrays of Java in Java's memory, which may be freed while the graph still
   * reads it: {@code Autograd.scalar} and {@code Autograd.indexes} use PyTorch's. The arrays of a
   * batch live until after the backward pass.
   */
  @ArchTest
  static final ArchRule recordedCode_usesNoNumbersAndArraysOfJava =
      noClasses()
          .that()
          .resideInAPackage("dev.afina.internal.model..")
          .and()
          .doNotHaveSimpleName("PackedBatch")
          .should()
          .callMethodWhere(
              describe(
                  "a number or an array of Java becomes a tensor",
                  ArchitectureTest::makesTensorOfJavas));

  private static boolean makesTensorOfJavas(JavaMethodCall call) {
    List<JavaClass> parameters = call.getTarget().getRawParameterTypes();
    boolean number = parameters.stream().anyMatch(type -> type.isEquivalentTo(Number.class));
    boolean array = parameters.stream().anyMatch(type -> type.isArray() || type.isPrimitive());
    return call.getTargetOwner().getPackageName().startsWith("ai.djl.ndarray")
        && (number || (array && call.getName().equals("create")));
  }

  @ArchTest
  static final ArchRule packages_haveNoCycles =
      slices().assignedFrom(new Rooms()).should().beFreeOfCycles();

  /** The first name after {@code dev.afina}, of internal packages the first two. */
  private static class Rooms implements SliceAssignment {

    private static final Pattern ROOM = Pattern.compile("dev\\.afina\\.((?:internal\\.)?[^.]+).*");

    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      Matcher name = ROOM.matcher(type.getPackageName());
      return name.matches() ? SliceIdentifier.of(name.group(1)) : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "rooms";
    }
  }

  /** But the one whose users ask for standard error by name. */
  @ArchTest
  static final ArchRule noStandardStreams =
      noClasses().that().doNotBelongToAnyOf(ProgressBar.class).should(ACCESS_STANDARD_STREAMS);

  @ArchTest static final ArchRule noJavaLogging = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
}
